/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.coexistence;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import io.github.outboundauth.token.TokenSources;

/**
 * An application with a page that may be open, one that is closed and one that fails.
 * Runs in a class loader of its own, so all that goes in and out is of the JDK.
 */
public final class NeighbourApplication {

	private NeighbourApplication() {
	}

	/**
	 * Start the application, look at it and stop it.
	 * @param web the type of application
	 * @param formLogin whether it has a chain of its own
	 * @param properties its properties
	 * @return beans, filters of chains, answers, and tokens of our registration
	 */
	public static Map<String, List<String>> observe(String web, boolean formLogin, String... properties) {
		List<Class<?>> sources = new ArrayList<>(List.of(Pages.class));
		WebApplicationType type = WebApplicationType.valueOf(web);
		if (formLogin && type != WebApplicationType.NONE) {
			sources.add((type == WebApplicationType.SERVLET) ? NeighbourChains.Servlet.class
					: NeighbourChains.Reactive.class);
		}
		// The JVM takes one of these only, whichever class loader it comes from.
		TomcatURLStreamHandlerFactory.disable();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
			.web(type)
			.logStartupInfo(false)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off")
			.properties(properties)
			.run()) {
			Map<String, List<String>> observed = new TreeMap<>();
			observed.put("beans", beans(context));
			if (ClassUtils.isPresent("org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
					null)) {
				observed.put("chains", NeighbourChains.of(context));
			}
			if (type != WebApplicationType.NONE) {
				observed.put("answers", List.of(answer(context, "/open"), answer(context, "/closed")));
				observed.put("errors", List.of(answer(context, "/open/missing"), answer(context, "/open/broken")));
			}
			if (ClassUtils.isPresent("io.github.outboundauth.token.TokenSources", null)) {
				observed.put("tokens", Tokens.of(context));
			}
			return observed;
		}
	}

	private static List<String> beans(ConfigurableApplicationContext context) {
		List<String> beans = new ArrayList<>();
		for (String name : context.getBeanDefinitionNames()) {
			BeanDefinition definition = context.getBeanFactory().getMergedBeanDefinition(name);
			String factory = definition.getFactoryBeanName();
			Class<?> type = declaredType(context, name, definition);
			if (!isOurs(type) && (factory == null || !isOurs(context.getType(factory)))) {
				beans.add(name + ": " + ((type != null) ? type.getName() : "unknown"));
			}
		}
		return beans.stream().sorted().toList();
	}

	/**
	 * The type by which others ask for a bean; that of the instance depends on whether
	 * somebody has asked already.
	 */
	private static @Nullable Class<?> declaredType(ApplicationContext context, String name, BeanDefinition definition) {
		return definition.getResolvableType().resolve(context.getType(name));
	}

	private static boolean isOurs(@Nullable Class<?> type) {
		return type != null && type.getName().startsWith("io.github.outboundauth.")
				&& !type.getName().startsWith(NeighbourApplication.class.getPackageName());
	}

	private static String answer(ConfigurableApplicationContext context, String path) {
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Accept", "text/html")
			.timeout(Duration.ofSeconds(30))
			.build();
		try {
			HttpResponse<String> response = HttpClient.newHttpClient()
				.send(request, HttpResponse.BodyHandlers.ofString());
			return response.statusCode() + response.headers()
				.firstValue("Location")
				.map((location) -> " to " + URI.create(location).getPath().replaceFirst(";jsessionid=.*", ""))
				.orElse("");
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What the application gets for a registration of ours, also from the managers that
	 * it has. Loaded only where there is such a registration.
	 */
	static final class Tokens {

		private static final OAuth2AuthorizeRequest REQUEST = OAuth2AuthorizeRequest.withClientRegistrationId("default")
			.principal("any")
			.build();

		private Tokens() {
		}

		static List<String> of(ApplicationContext context) {
			List<String> tokens = new ArrayList<>();
			tokens.add(context.getBean(TokenSources.class).get("default").await().value());
			context.getBeanProvider(OAuth2AuthorizedClientManager.class)
				.ifAvailable((manager) -> tokens.add(value(manager.authorize(REQUEST))));
			context.getBeanProvider(ReactiveOAuth2AuthorizedClientManager.class)
				.ifAvailable((manager) -> tokens.add(value(manager.authorize(REQUEST).block(Duration.ofSeconds(30)))));
			return tokens;
		}

		private static String value(@Nullable OAuth2AuthorizedClient client) {
			return (client != null) ? client.getAccessToken().getTokenValue() : "none";
		}

	}

	@RestController
	static class Page {

		@GetMapping({ "/open", "/closed" })
		String page() {
			return "";
		}

		@GetMapping("/open/broken")
		String broken() {
			throw new UnsupportedOperationException();
		}

	}

	/**
	 * A library of which an auto-configuration comes after all others.
	 */
	static class Library implements DeferredImportSelector {

		@Override
		public String[] selectImports(AnnotationMetadata metadata) {
			return new String[] { Advice.class.getName() };
		}

	}

	@RestControllerAdvice
	static class Advice {

		@ExceptionHandler
		@ResponseStatus(HttpStatus.GONE)
		void handle(UnsupportedOperationException ex) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Page.class, Library.class })
	static class Pages {

	}

}
