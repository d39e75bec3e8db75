/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.io.InputStream;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Fuseable;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.Resource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;

/**
 * Tells whether a request body can be sent a second time: a value, a file, a form or
 * multipart data of these can; what comes from a publisher or an open stream cannot. The
 * body is not written to find out: it is inserted into a request that only looks what
 * would be written.
 */
final class RepeatableBody {

	private RepeatableBody() {
	}

	static boolean test(BodyInserter<?, ? super ClientHttpRequest> body) {
		if (body == BodyInserters.empty()) {
			return true;
		}
		Probe probe = new Probe();
		try {
			body.insert(probe, probe);
			return probe.repeatable;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static boolean isRepeatable(Publisher<?> publisher) {
		if (!(publisher instanceof Fuseable.ScalarCallable<?> scalar)) {
			return false;
		}
		try {
			return isRepeatable(((Callable<?>) scalar).call());
		}
		catch (Exception ex) {
			return false;
		}
	}

	private static boolean isRepeatable(@Nullable Object value) {
		if (value instanceof HttpEntity<?> entity) {
			return isRepeatable(entity.getBody());
		}
		if (value instanceof Map<?, ?> map) {
			return map.values().stream().allMatch(RepeatableBody::isRepeatable);
		}
		if (value instanceof Collection<?> values) {
			return values.stream().allMatch(RepeatableBody::isRepeatable);
		}
		if (value instanceof Resource resource) {
			return !resource.isOpen();
		}
		return !(value instanceof InputStream || value instanceof Publisher || value instanceof DataBuffer);
	}

	/**
	 * Takes note of what is to be written, and writes nothing.
	 */
	private static final class Probe implements ClientHttpRequest, BodyInserter.Context, HttpMessageWriter<Object> {

		private final HttpHeaders headers = new HttpHeaders();

		private boolean repeatable = true;

		@Override
		public Mono<Void> write(Publisher<?> stream, ResolvableType elementType, @Nullable MediaType mediaType,
				ReactiveHttpOutputMessage message, Map<String, Object> hints) {
			this.repeatable &= isRepeatable(stream);
			return Mono.empty();
		}

		@Override
		public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
			this.repeatable = false;
			return Mono.empty();
		}

		@Override
		public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
			this.repeatable = false;
			return Mono.empty();
		}

		@Override
		public boolean canWrite(ResolvableType elementType, @Nullable MediaType mediaType) {
			return true;
		}

		@Override
		public List<MediaType> getWritableMediaTypes() {
			return List.of(MediaType.ALL);
		}

		@Override
		public List<HttpMessageWriter<?>> messageWriters() {
			return List.of(this);
		}

		@Override
		public Optional<ServerHttpRequest> serverRequest() {
			return Optional.empty();
		}

		@Override
		public Map<String, Object> hints() {
			return Map.of();
		}

		@Override
		public HttpMethod getMethod() {
			return HttpMethod.POST;
		}

		@Override
		public URI getURI() {
			return URI.create("/");
		}

		@Override
		public Map<String, Object> getAttributes() {
			return Map.of();
		}

		@Override
		public MultiValueMap<String, HttpCookie> getCookies() {
			return new LinkedMultiValueMap<>();
		}

		@Override
		@SuppressWarnings("unchecked")
		public <T> T getNativeRequest() {
			return (T) this;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public DataBufferFactory bufferFactory() {
			return DefaultDataBufferFactory.sharedInstance;
		}

		@Override
		public void beforeCommit(Supplier<? extends Mono<Void>> action) {
		}

		@Override
		public boolean isCommitted() {
			return false;
		}

		@Override
		public Mono<Void> setComplete() {
			return Mono.empty();
		}

	}

}
