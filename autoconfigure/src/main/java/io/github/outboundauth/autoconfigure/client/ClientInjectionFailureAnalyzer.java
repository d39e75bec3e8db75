/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

import io.github.outboundauth.autoconfigure.OnOAuthClientCondition;
import io.github.outboundauth.autoconfigure.diagnostics.Spelling;

/**
 * Reports a client that cannot be injected in an application with registrations of its
 * own names: which qualifiers there are, and which one was probably meant. Comes before
 * Boot's report, which does not know them.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ClientInjectionFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	/** By name, because an application may have one of them only. */
	private static final Set<String> CLIENTS = Set.of("org.springframework.web.client.RestClient",
			"org.springframework.web.reactive.function.client.WebClient");

	private final Environment environment;

	ClientInjectionFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		Class<?> type = cause.getBeanType();
		if (type == null || !CLIENTS.contains(type.getName())) {
			return null;
		}
		Set<String> ids = OnOAuthClientCondition.isEnabled(this.environment) ? RegistrationBeans.ids(this.environment)
				: Set.of();
		String qualifier = qualifier(rootFailure);
		if (ids.isEmpty() || (qualifier != null && ids.contains(qualifier))) {
			return null;
		}
		String name = type.getSimpleName();
		String subject = Objects.requireNonNullElse(description, "A bean") + " requires a " + name;
		if (qualifier != null) {
			return new FailureAnalysis(subject + " with the qualifier '" + qualifier + "', and there is none.",
					didYouMean(qualifier, name, ids) + "Write the id of a registration: " + ids
							+ ", or configure oauth.client.registration." + qualifier + ".",
					cause);
		}
		if (cause instanceof NoUniqueBeanDefinitionException several) {
			Collection<String> names = Objects.requireNonNullElse(several.getBeanNamesFound(), List.of());
			return new FailureAnalysis(subject + ", and there are several: " + names + ".",
					"Write @Qualifier with the name of one of them, or with the id of a registration: " + ids
							+ ", or mark one of them as @Primary.",
					cause);
		}
		return new FailureAnalysis(
				subject + " without a qualifier, and there is no registration 'default' that it would belong to.",
				"Write @Qualifier with the id of a registration: " + ids
						+ ", or configure oauth.client.client-id for a registration 'default'.",
				cause);
	}

	private static String didYouMean(String qualifier, String type, Set<String> ids) {
		List<String> candidates = new ArrayList<>(ids);
		ids.forEach((id) -> candidates.add(id + type));
		String nearest = Spelling.nearest(qualifier, candidates);
		return (nearest != null) ? "Did you mean @Qualifier(\"" + nearest + "\")? " : "";
	}

	/**
	 * The qualifier where the innermost dependency is injected, if it has one.
	 */
	private static @Nullable String qualifier(Throwable rootFailure) {
		InjectionPoint point = null;
		for (Throwable ex = rootFailure; ex != null; ex = ex.getCause()) {
			if (ex instanceof UnsatisfiedDependencyException unsatisfied && unsatisfied.getInjectionPoint() != null) {
				point = unsatisfied.getInjectionPoint();
			}
		}
		Qualifier qualifier = (point != null) ? point.getAnnotation(Qualifier.class) : null;
		return (qualifier != null) ? qualifier.value() : null;
	}

}
