/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample.servers;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Counts all token requests, refused ones included, and so comes before security.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TokenRequestCounter extends OncePerRequestFilter {

	private final AtomicLong requests = new AtomicLong();

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getRequestURI().equals("/oauth2/token")) {
			this.requests.incrementAndGet();
		}
		chain.doFilter(request, response);
	}

	long requests() {
		return this.requests.get();
	}

}
