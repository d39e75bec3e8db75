/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;

import static org.assertj.core.api.Assertions.assertThat;

class RepeatableBodyTests {

	private static void assertRepeatable(BodyInserter<?, ? super ClientHttpRequest> body, boolean repeatable) {
		assertThat(RepeatableBody.test(body)).isEqualTo(repeatable);
	}

	@Test
	void valuesAreRepeatable() {
		assertRepeatable(BodyInserters.empty(), true);
		assertRepeatable(BodyInserters.fromValue("text"), true);
		assertRepeatable(BodyInserters.fromValue(Map.of("a", List.of(1, 2))), true);
		assertRepeatable(BodyInserters.fromValue(new byte[3]), true);
		assertRepeatable(BodyInserters.fromFormData("a", "b"), true);
	}

	@Test
	void filesAreRepeatable(@TempDir Path directory) {
		assertRepeatable(BodyInserters.fromResource(new FileSystemResource(directory.resolve("file"))), true);
		assertRepeatable(BodyInserters.fromResource(new ByteArrayResource(new byte[3])), true);
	}

	@Test
	void openStreamsAreNot() {
		InputStreamResource resource = new InputStreamResource(new ByteArrayInputStream(new byte[3]));
		assertRepeatable(BodyInserters.fromResource(resource), false);
		assertRepeatable(BodyInserters.fromValue(resource), false);
	}

	@Test
	void publishersAreNot() {
		assertRepeatable(BodyInserters.fromPublisher(Flux.just("a", "b").hide(), String.class), false);
		assertRepeatable(BodyInserters.fromPublisher(Sinks.many().unicast().<String>onBackpressureBuffer().asFlux(),
				String.class), false);
		assertRepeatable(BodyInserters.fromProducer(Mono.fromSupplier(() -> "a"), String.class), false);
		assertRepeatable(
				BodyInserters.fromDataBuffers(Mono.just(DefaultDataBufferFactory.sharedInstance.wrap(new byte[3]))),
				false);
	}

	@Test
	void multipartIsRepeatableIfAllItsPartsAre(@TempDir Path directory) {
		MultipartBodyBuilder parts = new MultipartBodyBuilder();
		parts.part("text", "value");
		parts.part("file", new FileSystemResource(directory.resolve("file")), MediaType.TEXT_PLAIN);
		assertRepeatable(BodyInserters.fromMultipartData(parts.build()), true);
		parts.asyncPart("stream", Flux.just("a").hide(), String.class);
		assertRepeatable(BodyInserters.fromMultipartData(parts.build()), false);
	}

	@Test
	void multipartWithAnOpenStreamIsNot() {
		MultipartBodyBuilder parts = new MultipartBodyBuilder();
		parts.part("stream", new InputStreamResource(new ByteArrayInputStream(new byte[3])));
		assertRepeatable(BodyInserters.fromMultipartData(parts.build()), false);
	}

	@Test
	void aBodyThatWritesByItselfIsNot() {
		assertRepeatable((request, context) -> request.writeWith(Mono.empty()), false);
	}

	@Test
	void aBodyThatCannotBeLookedAtIsNot() {
		assertRepeatable((request, context) -> {
			throw new IllegalStateException("only once");
		}, false);
	}

}
