/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.MultiValueMap;

/**
 * Writes parameters as a JSON object: one value as a string, several as an array.
 */
final class JsonParametersWriter implements HttpMessageConverter<MultiValueMap<String, String>> {

	private static final JsonFactory FACTORY = new JsonFactory();

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return MultiValueMap.class.isAssignableFrom(type) && MediaType.APPLICATION_JSON.equals(mediaType);
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return List.of(MediaType.APPLICATION_JSON);
	}

	@Override
	public MultiValueMap<String, String> read(Class<? extends MultiValueMap<String, String>> type,
			HttpInputMessage message) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void write(MultiValueMap<String, String> parameters, @Nullable MediaType mediaType,
			HttpOutputMessage message) throws IOException {
		message.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(),
				new OutputStreamWriter(message.getBody(), StandardCharsets.UTF_8))) {
			json.writeStartObject();
			for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
				json.writeName(parameter.getKey());
				write(parameter.getValue(), json);
			}
			json.writeEndObject();
		}
	}

	private static void write(List<String> values, JsonGenerator json) {
		if (values.size() == 1) {
			json.writeString(values.get(0));
			return;
		}
		json.writeStartArray();
		values.forEach(json::writeString);
		json.writeEndArray();
	}

}
