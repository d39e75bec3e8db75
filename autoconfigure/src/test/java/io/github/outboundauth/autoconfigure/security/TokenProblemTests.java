/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;

import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What users of a web application see when it gets no token: whatever guards its other
 * pages, that of errors included, and however much of errors it shows.
 */
@ParameterizedClass
@EnumSource
@ExtendWith(OutputCaptureExtension.class)
class TokenProblemTests {

	private static final CountDownLatch CLOSED = new CountDownLatch(1);

	private static final ScriptedServer SERVER = new ScriptedServer((request, socket) -> {
		switch (request.path()) {
			case "/passing" -> Script.json(500, "canary").answer(request, socket);
			case "/throttled" -> Script.send(socket, 429, "Retry-After: 60\r\n", "canary");
			case "/lasting" -> Script.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"canary\"}")
				.answer(request, socket);
			case "/silent" -> await(CLOSED);
			case "/protocol" -> Script.json(200, "{\"token_type\":\"canary\"}").answer(request, socket);
			default -> Script.tokens("canary", 3600).answer(request, socket);
		}
	});

	private static final Map<Application, ConfigurableApplicationContext> CONTEXTS = new ConcurrentHashMap<>();

	@Parameter
	Application application;

	@AfterAll
	static void close() {
		CLOSED.countDown();
		CONTEXTS.values().forEach(ConfigurableApplicationContext::close);
		CONTEXTS.clear();
		SERVER.close();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The answer of an application whose errors show their message.
	 */
	private HttpResponse<String> get(String path, String accept) throws Exception {
		return getByDefault(path + "?message=true", accept);
	}

	/**
	 * Over a connection of its own: the client of the JDK may miss the answer on one that
	 * is used again (JDK-8338569).
	 */
	private HttpResponse<String> getByDefault(String path, String accept) throws Exception {
		ConfigurableApplicationContext context = CONTEXTS.computeIfAbsent(this.application, Application::start);
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Accept", accept)
			.timeout(Duration.ofMinutes(2))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static void assertProblem(HttpResponse<String> response, int status) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertUninformative(response);
	}

	private static void assertUninformative(HttpResponse<String> response) {
		assertThat(response.headers().map()).doesNotContainKeys("location", "www-authenticate");
		assertThat(response.body()).contains("\"status\":" + response.statusCode())
			.doesNotContain(SERVER.address(), "canary", "invalid_client", "OAuth2", "127.0.0.1", "localhost");
	}

	@ParameterizedTest
	@CsvSource({ "passing,503", "throttled,503", "lasting,502", "protocol,502" })
	void sayWhetherAnotherAttemptMayHelp(String registration, int status) throws Exception {
		for (String way : List.of("rest", "web")) {
			assertProblem(get("/open/" + way + "/" + registration, "application/json"), status);
		}
	}

	@Test
	void saysWhenAnotherAttemptMayHelp() throws Exception {
		HttpResponse<String> response = get("/open/web/throttled", "application/json");
		assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 66L);
		assertThat(get("/open/web/lasting", "application/json").headers().firstValue("Retry-After")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html", "application/xml" })
	void answersWhateverIsAccepted(String accept) throws Exception {
		assertProblem(get("/open/rest/lasting", accept), 502);
	}

	@Test
	void answersForAnExceptionThatItCaused() throws Exception {
		assertProblem(get("/wrap/plain", "application/json"), 502);
	}

	@Test
	void leavesExceptionsThatHaveAnAnswerAlone() throws Exception {
		// Without a guard, for the error page is behind it.
		if (this.application.name().endsWith("UNGUARDED")) {
			assertThat(get("/wrap/status", "application/json").statusCode()).isEqualTo(504);
			assertThat(get("/wrap/annotated", "application/json").statusCode()).isEqualTo(424);
		}
	}

	@Test
	void answersForAnExceptionThatARefusalCaused() throws Exception {
		assertProblem(get("/wrap/refused", "application/json"), 500);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/open/missing/page", "/wrap/other" })
	void leavesAllOtherExceptionsAlone(String path, CapturedOutput output) throws Exception {
		get(path, "application/json");
		assertThat(output.getAll()).doesNotContain(TokenProblemAdvice.class.getSimpleName());
	}

	@Test
	void leavesHandlersThatComeLaterAlone() throws Exception {
		assertThat(get("/wrap/late", "application/json").statusCode()).isEqualTo(410);
	}

	@Test
	void leavesHandlersOfTheApplicationAlone() throws Exception {
		assertThat(get("/wrap/handled", "application/json").statusCode()).isEqualTo(409);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/open/rest/foreign", "/open/web/foreign", "/open/rest/nobody", "/open/web/nobody" })
	void saysNothingOfMistakes(String path, CapturedOutput output) throws Exception {
		assertProblem(get(path, "text/html"), 500);
		String registration = path.substring(path.lastIndexOf('/') + 1);
		assertThat(output.getAll()).contains("OAuth2 client '" + registration + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/open/rest/unnamed", "/open/web/unnamed" })
	void saysNothingOfTheRegistrationsThereAre(String path, CapturedOutput output) throws Exception {
		HttpResponse<String> response = get(path, "text/html");
		assertProblem(response, 500);
		assertThat(response.body()).doesNotContain("Known", "lasting");
		assertThat(output.getAll()).contains("The request names no OAuth2 client");
	}

	@Test
	void takesWaitingOnAnEventLoopForAMistake(CapturedOutput output) throws Exception {
		assertProblem(get("/open/blocking", "application/json"), 500);
		assertThat(output.getAll()).contains("A request could not be served",
				"OAuth2 client 'silent': there is no token at hand, and the calling thread must not wait for one");
	}

	@Test
	void logsWhatConcernsOneCallerOnly(CapturedOutput output) throws Exception {
		assertProblem(get("/open/interrupted", "application/json"), 503);
		assertThat(output.getAll())
			.contains("OAuth2 client 'silent': the caller was interrupted while it waited for a token");
	}

	@Test
	void answersForFunctionsToo() throws Exception {
		assertProblem(get("/open/function", "text/html"), 502);
	}

	@Test
	void answersWithTheErrorPageOfWebFluxWhereThereIsNoHandler() throws Exception {
		if (this.application.name().startsWith("REACTIVE")) {
			for (String path : List.of("/open/late", "/open/filter")) {
				HttpResponse<String> response = get(path, "application/json");
				assertThat(response.statusCode()).isEqualTo(503);
				assertThat(response.headers().firstValue("Retry-After")).isPresent();
				assertUninformative(response);
			}
		}
	}

	@Test
	void logsMistakesInFiltersOfWebFluxToo(CapturedOutput output) throws Exception {
		if (this.application.name().startsWith("REACTIVE")) {
			HttpResponse<String> response = get("/open/blocking/filter", "application/json");
			assertThat(response.statusCode()).isEqualTo(500);
			assertUninformative(response);
			assertThat(output.getAll()).contains("A request could not be served", "OAuth2 client 'silent'");
		}
	}

	/**
	 * They are errors like any other there.
	 */
	@Test
	void leavesRefusedRequestsInFiltersOfWebFluxToItsErrorPage(CapturedOutput output) throws Exception {
		if (this.application.name().startsWith("REACTIVE")) {
			HttpResponse<String> response = getByDefault("/open/refused/filter", "application/json");
			assertThat(response.statusCode()).isEqualTo(500);
			assertUninformative(response);
			assertThat(output.getAll()).contains("500 Server Error", "OAuth2 client 'foreign'");
			assertThat(get("/open/refused/filter", "application/json").body()).contains("OAuth2 client 'foreign'");
		}
	}

	enum Application {

		SERVLET_UNGUARDED, SERVLET_FORM_LOGIN, SERVLET_OAUTH2_LOGIN, REACTIVE_UNGUARDED, REACTIVE_FORM_LOGIN,
		REACTIVE_OAUTH2_LOGIN;

		ConfigurableApplicationContext start() {
			String server = SERVER.url("");
			String[] names = name().split("_", 2);
			SpringApplicationBuilder builder = new SpringApplicationBuilder(Controllers.class)
				.web(WebApplicationType.valueOf(names[0]))
				.profiles(names[0], names[1])
				.logStartupInfo(false)
				.properties("server.port=0", "server.address=127.0.0.1", "spring.web.error.include-message=on-param",
						"spring.security.user.password=secret",
						"oauth.client.registration.foreign.client-secret=canary",
						"oauth.client.registration.foreign.client-id=orders",
						"oauth.client.registration.foreign.token-uri=" + server + "/token",
						"oauth.client.retry.max-attempts=1", "oauth.client.registration.silent.http.read-timeout=5m",
						"oauth.client.registration.silent.http.total-timeout=5m",
						"oauth.client.registration.foreign.base-url=https://api.example.com");
			for (String registration : List.of("passing", "throttled", "lasting", "protocol", "silent")) {
				String prefix = "oauth.client.registration." + registration + ".";
				builder.properties(prefix + "token-uri=" + server + "/" + registration,
						prefix + "client-id=" + registration, prefix + "client-secret=canary",
						prefix + "base-url=" + server);
			}
			if (name().endsWith("UNGUARDED")) {
				builder.properties("spring.autoconfigure.exclude="
						+ "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,"
						+ "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,"
						+ "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration");
			}
			if (name().endsWith("OAUTH2_LOGIN")) {
				builder.properties("spring.security.oauth2.client.registration.github.client-id=portal",
						"spring.security.oauth2.client.registration.github.client-secret=secret");
			}
			return builder.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Caller.class, OwnHandler.class, Library.class, ServletParts.class, ReactiveParts.class })
	static class Controllers {

	}

	@Configuration(proxyBeanMethods = false)
	@Profile("SERVLET")
	static class ServletParts {

		@Bean
		@Profile("FORM_LOGIN")
		SecurityFilterChain formLogin(HttpSecurity http) {
			return guard(http).formLogin(Customizer.withDefaults()).build();
		}

		@Bean
		@Profile("OAUTH2_LOGIN")
		SecurityFilterChain oauth2Login(HttpSecurity http) {
			return guard(http).oauth2Login(Customizer.withDefaults()).oauth2Client(Customizer.withDefaults()).build();
		}

		private static HttpSecurity guard(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.requestMatchers("/open/**", "/wrap/**")
				.permitAll()
				.anyRequest()
				.authenticated());
		}

		@Bean
		org.springframework.web.servlet.function.RouterFunction<?> function(Caller caller) {
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.GET("/open/function",
						(request) -> org.springframework.web.servlet.function.ServerResponse.ok()
							.body(caller.sync("lasting")))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Profile("REACTIVE")
	static class ReactiveParts {

		@Bean
		@Profile("FORM_LOGIN")
		SecurityWebFilterChain formLogin(ServerHttpSecurity http) {
			return guard(http).formLogin(Customizer.withDefaults()).build();
		}

		@Bean
		@Profile("OAUTH2_LOGIN")
		SecurityWebFilterChain oauth2Login(ServerHttpSecurity http) {
			return guard(http).oauth2Login(Customizer.withDefaults()).oauth2Client(Customizer.withDefaults()).build();
		}

		private static ServerHttpSecurity guard(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.pathMatchers("/open/**", "/wrap/**")
				.permitAll()
				.anyExchange()
				.authenticated());
		}

		@Bean
		RouterFunction<ServerResponse> function(Caller caller) {
			return RouterFunctions.route()
				.GET("/open/function", (request) -> caller.web("lasting").flatMap(ServerResponse.ok()::bodyValue))
				.GET("/open/late", (request) -> ServerResponse.ok().body(caller.web("throttled"), String.class))
				.build();
		}

		@Bean
		WebFilter filter(Caller caller) {
			return (exchange, chain) -> switch (exchange.getRequest().getPath().value()) {
				case "/open/filter" -> caller.web("throttled").then();
				case "/open/blocking/filter" -> caller.blocking().then();
				case "/open/refused/filter" -> caller.web("foreign").then();
				default -> chain.filter(exchange);
			};
		}

	}

	@RestController
	static class Caller {

		private final RestClient restClient;

		private final WebClient webClient;

		Caller(BearerTokenInterceptor interceptor, BearerTokenExchangeFilter filter) {
			this.restClient = RestClient.builder().requestInterceptor(interceptor).build();
			this.webClient = WebClient.builder().filter(filter).build();
		}

		private static Consumer<Map<String, Object>> named(String registration) {
			return registration.equals("unnamed") ? (attributes) -> {
			} : ClientAttributes.clientRegistrationId(registration);
		}

		String sync(String registration) {
			return this.restClient.get()
				.uri(SERVER.url("/api"))
				.attributes(named(registration))
				.retrieve()
				.body(String.class);
		}

		/**
		 * On a thread that cancelling does not interrupt while it writes the answer.
		 */
		@GetMapping("/open/rest/{registration}")
		CompletionStage<String> rest(@PathVariable String registration) {
			return CompletableFuture.supplyAsync(() -> sync(registration));
		}

		/**
		 * On a thread that is interrupted while it waits for a token.
		 */
		@GetMapping("/open/interrupted")
		CompletionStage<String> interrupted() {
			return CompletableFuture.supplyAsync(() -> {
				Thread.currentThread().interrupt();
				try {
					return sync("silent");
				}
				finally {
					Thread.interrupted();
				}
			});
		}

		/**
		 * On a thread that must not wait, as those of an event loop.
		 */
		@GetMapping("/open/blocking")
		Mono<String> blocking() {
			return Mono
				.fromFuture(CompletableFuture.supplyAsync(() -> sync("silent"), Schedulers.parallel()::schedule));
		}

		@GetMapping("/open/web/{registration}")
		Mono<String> web(@PathVariable String registration) {
			return this.webClient.get()
				.uri(SERVER.url("/api"))
				.attributes(named(registration))
				.retrieve()
				.bodyToMono(String.class);
		}

		@GetMapping("/wrap/{how}")
		Mono<String> wrap(@PathVariable String how) {
			return web(how.equals("refused") ? "foreign" : "lasting").onErrorMap((ex) -> switch (how) {
				case "other" -> new IllegalStateException("Of the application");
				case "late" -> new LateException();
				case "status" -> new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "Too slow", ex);
				case "annotated" -> new AnnotatedException(ex);
				case "handled" -> new HandledException(ex);
				default -> new IllegalStateException(ex);
			});
		}

	}

	@ResponseStatus(HttpStatus.FAILED_DEPENDENCY)
	static class AnnotatedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		AnnotatedException(Throwable cause) {
			super(cause);
		}

	}

	static class HandledException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		HandledException(Throwable cause) {
			super(cause);
		}

	}

	static class LateException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	/**
	 * A library of which an auto-configuration comes after ours.
	 */
	static class Library implements DeferredImportSelector {

		@Override
		public String[] selectImports(AnnotationMetadata metadata) {
			return new String[] { LateHandler.class.getName() };
		}

	}

	@RestControllerAdvice
	static class LateHandler {

		@ExceptionHandler
		ProblemDetail handle(LateException ex) {
			return ProblemDetail.forStatus(HttpStatus.GONE);
		}

	}

	@RestControllerAdvice
	static class OwnHandler {

		@ExceptionHandler
		ProblemDetail handle(HandledException ex) {
			return ProblemDetail.forStatus(HttpStatus.CONFLICT);
		}

	}

}
