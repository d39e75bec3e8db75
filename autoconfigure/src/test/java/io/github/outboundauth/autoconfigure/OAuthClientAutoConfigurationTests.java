/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.system.JavaVersion;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.service.ReactiveHttpServiceClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.annotation.ClientRegistrationId;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.http.BearerTokens.RequestRefusedException;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenListener;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

class OAuthClientAutoConfigurationTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	private final ApplicationContextRunner runner = configure(new ApplicationContextRunner());

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	private <T extends AbstractApplicationContextRunner<T, ?, ?>> T configure(T runner, Class<?>... missing) {
		return runner.withConfiguration(ContextRunners.autoConfigurations(missing))
			.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
					"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
					"oauth.client.base-url=" + this.api.url("/v1"));
	}

	private ApplicationContextRunner withBilling() {
		return this.runner.withPropertyValues("oauth.client.registration.billing.audience=billing",
				"oauth.client.registration.billing.base-url=" + this.api.url("/billing"));
	}

	private List<String> calls() {
		return this.api.requests().stream().map((call) -> call.path() + " " + call.header("Authorization")).toList();
	}

	@Test
	void bothClientsCarryTheSameToken() {
		this.runner.run((context) -> {
			context.getBean(WebClient.class).get().uri("/a").retrieve().toBodilessEntity().block();
			context.getBean(RestClient.class).get().uri("/b").retrieve().toBodilessEntity();
			assertThat(calls()).containsExactly("/v1/a Bearer canary-1", "/v1/b Bearer canary-1");
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
		});
	}

	@Test
	void everyKindOfApplicationHasTheSameBeans() {
		this.runner.run(this::assertComplete);
		configure(new WebApplicationContextRunner()).run(this::assertComplete);
		configure(new ReactiveWebApplicationContextRunner()).run(this::assertComplete);
		assertThat(calls()).hasSize(3)
			.containsOnly("/v1/x Bearer canary-1", "/v1/x Bearer canary-2", "/v1/x Bearer canary-3");
	}

	private void assertComplete(ApplicationContext context) {
		assertThat(context.getBeanNamesForType(WebClient.class)).containsExactly("defaultWebClient");
		assertThat(context.getBeanNamesForType(RestClient.class)).containsExactly("defaultRestClient");
		assertThat(context.getBeanNamesForType(OAuth2AuthorizedClientManager.class)).hasSize(1);
		assertThat(context.getBeanNamesForType(ReactiveOAuth2AuthorizedClientManager.class)).hasSize(1);
		assertThat(context.getBeanNamesForType(BearerTokenExchangeFilter.class)).hasSize(1);
		assertThat(context.getBeanNamesForType(BearerTokenInterceptor.class)).hasSize(1);
		assertThat(context.getBeanNamesForType(TokenSources.class)).hasSize(1);
		context.getBean(RestClient.class).get().uri("/x").retrieve().toBodilessEntity();
	}

	@Test
	void everyThreadCallsTheSameWay() {
		this.runner.run((context) -> {
			List<Executor> threads = List.of(Runnable::run, new SimpleAsyncTaskExecutor(),
					Executors.newSingleThreadScheduledExecutor(), threadsOfTheNewestKind());
			for (Executor thread : threads) {
				RestClient client = context.getBean(RestClient.class);
				CompletableFuture.runAsync(() -> client.get().uri("/x").retrieve().toBodilessEntity(), thread).join();
			}
			Scheduler eventLoop = Schedulers.newParallel("event-loop");
			for (Scheduler scheduler : List.of(eventLoop, Schedulers.boundedElastic())) {
				context.getBean(WebClient.class)
					.get()
					.uri("/x")
					.retrieve()
					.toBodilessEntity()
					.subscribeOn(scheduler)
					.block();
			}
			assertThat(calls()).hasSize(6).containsOnly("/v1/x Bearer canary-1");
		});
	}

	/**
	 * Virtual threads, where there are any.
	 */
	private static Executor threadsOfTheNewestKind() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
		executor.setVirtualThreads(JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE));
		return executor;
	}

	@Test
	void nothingHappensWithoutConfiguration() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.run((context) -> assertThat(context).doesNotHaveBean(TokenSources.class)
				.doesNotHaveBean(WebClient.class)
				.doesNotHaveBean(OAuth2AuthorizedClientManager.class));
	}

	@Test
	void nothingHappensWhenSwitchedOff() {
		this.runner.withPropertyValues("oauth.client.enabled=false", "oauth.client.token-uri=broken")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenSources.class));
	}

	@Test
	void variablesOfOthersInTheEnvironmentDoNotSwitchItOn() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("OAUTH_CLIENT_ID", "x", "OAUTH_CLIENT_SECRET", "y"))))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenSources.class));
	}

	@Test
	void theEnvironmentAloneCanConfigureIt() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("OAUTH_CLIENT_CLIENTID", "orders", "OAUTH_CLIENT_CLIENTSECRET", "y",
								"OAUTH_CLIENT_TOKENURI", this.tokenEndpoint.url("/token")))))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(TokenSources.class));
	}

	@Test
	void furtherRegistrationsHaveClientsByNameAndQualifier() {
		withBilling().withUserConfiguration(QualifiedClients.class).run((context) -> {
			QualifiedClients clients = context.getBean(QualifiedClients.class);
			assertThat(context.getBean("billingWebClient")).isSameAs(clients.webClient);
			assertThat(context.getBean("billingRestClient")).isSameAs(clients.restClient);
			assertThat(context.getBean(WebClient.class)).isNotSameAs(clients.webClient)
				.isSameAs(clients.defaultWebClient);
			clients.webClient.get().uri("/a").retrieve().toBodilessEntity().block();
			clients.restClient.get().uri("/b").retrieve().toBodilessEntity();
			assertThat(calls()).containsExactly("/billing/a Bearer canary-1", "/billing/b Bearer canary-1");
			assertThat(this.tokenEndpoint.requests()).singleElement()
				.satisfies((request) -> assertThat(request.body()).contains("audience=billing"));
		});
	}

	@Test
	void furtherRegistrationsAreNotInjectedUnasked() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.registration.billing.token-uri=" + this.tokenEndpoint.url("/token"),
					"oauth.client.registration.billing.client-id=orders",
					"oauth.client.registration.billing.client-secret=canary")
			.withUserConfiguration(UnqualifiedClient.class)
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(NoSuchBeanDefinitionException.class);
			});
	}

	@Test
	void everythingBacksOffForBeansOfTheApplication() {
		withBilling().withUserConfiguration(OwnBeans.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(WebClient.class)).isSameAs(OwnBeans.WEB_CLIENT);
			assertThat(context.getBean(RestClient.class)).isSameAs(OwnBeans.REST_CLIENT);
			assertThat(context.getBean("billingWebClient")).isSameAs(OwnBeans.BILLING);
			assertThat(context.getBean(OAuth2AuthorizedClientManager.class)).isSameAs(OwnBeans.MANAGER);
			assertThat(context.getBean(ReactiveOAuth2AuthorizedClientManager.class))
				.isSameAs(OwnBeans.REACTIVE_MANAGER);
			assertThat(context).hasSingleBean(BearerTokenExchangeFilter.class);
		});
	}

	@Test
	void theManagersGiveWayToSpringsOwnRegistrations() {
		this.runner.withBean(ClientRegistrationRepository.class, () -> mock(ClientRegistrationRepository.class))
			.run((context) -> assertThat(context).doesNotHaveBean(OAuth2AuthorizedClientManager.class)
				.hasSingleBean(WebClient.class));
	}

	@Test
	void clientsAreMadeWithTheBuildersOfTheApplication() {
		this.runner.withBean(WebClientCustomizer.class, () -> (builder) -> builder.defaultHeader("X-Customized", "web"))
			.withBean(RestClientCustomizer.class, () -> (builder) -> builder.defaultHeader("X-Customized", "rest"))
			.run((context) -> {
				context.getBean(WebClient.class).get().uri("/a").retrieve().toBodilessEntity().block();
				context.getBean(RestClient.class).get().uri("/b").retrieve().toBodilessEntity();
				assertThat(this.api.requests()).extracting((request) -> request.header("X-Customized"))
					.containsExactly("web", "rest");
			});
	}

	@Test
	void buildersOfOnesOwnTakeTheFilterAndTheInterceptor() {
		withBilling().run((context) -> {
			BearerTokenExchangeFilter filter = context.getBean(BearerTokenExchangeFilter.class);
			BearerTokenInterceptor interceptor = context.getBean(BearerTokenInterceptor.class);
			WebClient webClient = WebClient.builder().baseUrl(this.api.url("")).filter(filter).build();
			webClient.get().uri("/a").retrieve().toBodilessEntity().block();
			webClient.get()
				.uri("/b")
				.attributes(ClientAttributes.clientRegistrationId("billing"))
				.retrieve()
				.toBodilessEntity()
				.block();
			RestClient.builder()
				.requestInterceptor(interceptor.forRegistration("billing"))
				.build()
				.get()
				.uri(this.api.url("/c"))
				.retrieve()
				.toBodilessEntity();
			assertThat(calls()).containsExactly("/a Bearer canary-1", "/b Bearer canary-2", "/c Bearer canary-2");
		});
	}

	@Test
	void anApplicationWithoutWebClientHasTheRest() {
		configure(new ApplicationContextRunner(), WebClientAutoConfiguration.class,
				ReactiveHttpServiceClientAutoConfiguration.class)
			.withClassLoader(
					new FilteredClassLoader("org.springframework.boot.webclient", "org.springframework.web.reactive"))
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(RestClient.class);
				context.getBean(RestClient.class).get().uri("/x").retrieve().toBodilessEntity();
				assertThat(calls()).containsExactly("/v1/x Bearer canary-1");
			});
	}

	@Test
	void anApplicationWithoutRestClientHasTheRest() {
		configure(new ApplicationContextRunner(), RestClientAutoConfiguration.class,
				HttpServiceClientAutoConfiguration.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.restclient"))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(RestClient.class);
				context.getBean(WebClient.class).get().uri("/x").retrieve().toBodilessEntity().block();
				assertThat(calls()).containsExactly("/v1/x Bearer canary-1");
			});
	}

	@Test
	void anApplicationWithoutReactorHasNoReactiveManager() {
		configure(new ApplicationContextRunner(), WebClientAutoConfiguration.class,
				ReactiveHttpServiceClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class)
			.withClassLoader(new FilteredClassLoader("reactor", "org.springframework.boot.webclient",
					"org.springframework.web.reactive"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(OAuth2AuthorizedClientManager.class)
				.doesNotHaveBean(ReactiveOAuth2AuthorizedClientManager.class));
	}

	@Test
	void httpServicesGetTheTokenAndTheBaseUrlOfTheirGroup() {
		withBilling().withPropertyValues("oauth.client.http-service-group.invoices=billing")
			.withUserConfiguration(HttpServices.class)
			.run((context) -> {
				context.getBean(DefaultService.class).get();
				context.getBean(BillingService.class).get();
				context.getBean(InvoiceService.class).get();
				context.getBean(ReactiveService.class).get().block();
				assertThat(calls()).containsExactly("/v1/default Bearer canary-1", "/billing/billing Bearer canary-2",
						"/billing/invoices Bearer canary-2", "/v1/reactive Bearer canary-1");
			});
	}

	@Test
	void anApplicationWithoutHttpServicesMakesNothingForThem() {
		this.runner.run((context) -> {
			List<String> beans = Stream.of(context.getBeanDefinitionNames())
				.filter((name) -> name.matches("oauthClient.*Group.*"))
				.toList();
			assertThat(beans).hasSize(6)
				.noneMatch((name) -> context.getSourceApplicationContext().getBeanFactory().containsSingleton(name));
		});
	}

	@Test
	void httpServiceGroupsOfTheApplicationAreLeftAlone() {
		withBilling()
			.withPropertyValues("spring.http.serviceclient.other.base-url=" + this.api.url("/other"),
					"spring.http.serviceclient.annotated.base-url=" + this.api.url("/annotated"))
			.withUserConfiguration(OtherServices.class)
			.run((context) -> {
				context.getBean(OtherService.class).get();
				context.getBean(AnnotatedService.class).get();
				assertThat(calls()).containsExactly("/other/other null", "/annotated/annotated Bearer canary-1");
			});
	}

	@Test
	void theOriginOfTheGroupMayGetItsToken() {
		try (ScriptedServer elsewhere = new ScriptedServer(Script.json(200, "{}"))) {
			withBilling().withPropertyValues("spring.http.serviceclient.billing.base-url=" + elsewhere.url("/e"))
				.withUserConfiguration(HttpServices.class)
				.run((context) -> {
					context.getBean(BillingService.class).get();
					assertThat(elsewhere.requests()).singleElement().satisfies((request) -> {
						assertThat(request.path()).isEqualTo("/e/billing");
						assertThat(request.header("Authorization")).isEqualTo("Bearer canary-1");
					});
				});
		}
	}

	@Test
	void theOriginOfTheGroupMayGetTheTokensThatItsServicesName() {
		try (ScriptedServer elsewhere = new ScriptedServer(Script.json(200, "{}"))) {
			withBilling()
				.withPropertyValues("spring.http.serviceclient.annotated.base-url=" + elsewhere.url(""),
						"spring.http.serviceclient.default.base-url=" + elsewhere.url(""))
				.withUserConfiguration(OtherServices.class, AnnotatedReactiveServices.class)
				.run((context) -> {
					context.getBean(AnnotatedService.class).get();
					context.getBean(AnnotatedReactiveService.class).get().block();
					assertThat(elsewhere.requests()).hasSize(2)
						.extracting((request) -> request.path() + " " + request.header("Authorization"))
						.containsExactly("/annotated Bearer canary-1", "/annotated/reactive Bearer canary-1");
					RestClient restClient = context.getBean("billingRestClient", RestClient.class);
					assertThatExceptionOfType(RequestRefusedException.class)
						.isThrownBy(() -> restClient.get().uri(elsewhere.url("/x")).retrieve().toBodilessEntity());
				});
		}
	}

	@Test
	void aLazyApplicationStartsWithoutTheAuthorizationServer() {
		this.tokenEndpoint.close();
		this.runner.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anEagerApplicationFetchesInTheBackground() {
		this.runner.withPropertyValues("oauth.client.startup=eager").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(TokenSources.class).get("default").await().value()).isEqualTo("canary-1");
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
		});
	}

	@Test
	void anEagerApplicationStartsWithoutTheAuthorizationServer() {
		this.tokenEndpoint.close();
		this.runner.withPropertyValues("oauth.client.startup=eager")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anApplicationThatRequiresATokenHasOneWhenItStarts() {
		this.runner.withPropertyValues("oauth.client.startup=required").run((context) -> {
			assertThat(context.getBean(TokenSources.class).get("default").current()).isNotNull();
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
		});
	}

	@Test
	void anApplicationThatRequiresATokenDoesNotStartWithoutOne() {
		this.tokenEndpoint.script(Script.json(401, "{\"error\":\"invalid_client\"}"));
		this.runner.withPropertyValues("oauth.client.startup=required").run((context) -> {
			assertThat(context).hasFailed().getFailure().hasCauseInstanceOf(TokenUnavailableException.class);
			assertThat(Reports.of(context.getStartupFailure()))
				.contains("OAuth2 client 'default': the token request was refused (invalid_client). [endpoint=")
				.contains("Check client-id, client-secret and client-authentication-method")
				.doesNotContain("canary");
		});
	}

	@Test
	void anUnknownRegistrationInUseStopsTheStartWithTheKnownOnes() {
		withBilling().withUserConfiguration(UnknownRegistration.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure()))
				.contains("No OAuth2 client 'biling' is configured. Known: [default, billing].")
				.contains("Did you mean 'billing'?");
		});
	}

	@Test
	void anUnknownRegistrationOfACallIsRefusedWithTheOneThatMayBeMeant() {
		withBilling().run((context) -> {
			TokenSources sources = context.getBean(TokenSources.class);
			assertThatThrownBy(() -> sources.get("bilingX")).hasMessage(
					"No OAuth2 client 'bilingX' is configured. Known: [default, billing]. Did you mean 'billing'?");
			assertThatThrownBy(() -> sources.get("crm"))
				.hasMessage("No OAuth2 client 'crm' is configured. Known: [default, billing].");
			assertThatThrownBy(() -> sources.get("billing".repeat(1_000_000))).hasMessageEndingWith("billing].");
			assertThat(this.tokenEndpoint.requests()).isEmpty();
		});
	}

	@Test
	void anEventLoopIsRefusedInsteadOfBlocked() {
		this.runner.run((context) -> {
			TokenSource source = context.getBean(TokenSources.class).get("default");
			Mono<AccessToken> blocking = Mono.fromCallable(source::await).subscribeOn(Schedulers.parallel());
			assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(blocking::block)
				.withMessage("OAuth2 client 'default': there is no token at hand, and the calling thread must not "
						+ "wait for one. On an event loop use the WebClient, or TokenSource.token().");
			source.await();
			assertThat(blocking.block()).isSameAs(source.current());
		});
	}

	@Test
	void everyListenerIsTold() {
		List<String> told = new CopyOnWriteArrayList<>();
		this.runner.withBean("first", TokenListener.class, () -> new RecordingListener("first", told))
			.withBean("second", TokenListener.class, () -> new RecordingListener("second", told))
			.run((context) -> {
				context.getBean(TokenSources.class).get("default").await();
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.untilAsserted(
							() -> assertThat(told).containsExactlyInAnyOrder("first: default", "second: default"));
			});
	}

	@Test
	void aClosedContextEndsItsFlightsAndThreads() {
		this.tokenEndpoint.script((request, socket) -> socket.getInputStream().read());
		var waiting = new CompletableFuture<Throwable>();
		this.runner.run((context) -> {
			context.getBean(TokenSources.class)
				.get("default")
				.token()
				.whenComplete((token, ex) -> waiting.complete(ex));
			assertThat(waiting).isNotDone();
		});
		assertThat(waiting.join()).hasMessageContaining("the application context was closed");
	}

	@Test
	void registrationsWhoseServerHangsDoNotHoldUpTheOthers() {
		try (ScriptedServer hanging = new ScriptedServer((request, socket) -> socket.getInputStream().read())) {
			List<String> properties = new ArrayList<>();
			for (int i = 0; i < 30; i++) {
				String prefix = "oauth.client.registration.hanging" + i + ".";
				properties.addAll(List.of(prefix + "token-uri=" + hanging.url("/token"), prefix + "client-id=x" + i,
						prefix + "client-secret=y", prefix + "startup=eager"));
			}
			this.runner.withPropertyValues(properties.toArray(String[]::new)).run((context) -> {
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> hanging.requests().size() >= 4);
				assertThat(context.getBean(TokenSources.class).get("default").await().value()).isEqualTo("canary-1");
			});
		}
	}

	@Test
	void threadsInheritNothingFromTheFirstCaller() {
		InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
		AtomicReference<String> seen = new AtomicReference<>("nothing");
		this.runner.run((context) -> {
			FetchThreads threads = context.getBean(FetchThreads.class);
			user.set("alice");
			CompletableFuture.runAsync(() -> seen.set(user.get()), threads.executor()).join();
			assertThat(seen).hasValue(null);
			CountDownLatch woken = new CountDownLatch(1);
			seen.set("nothing");
			threads.time().wake(Duration.ZERO, () -> {
				seen.set(user.get());
				woken.countDown();
			});
			woken.await();
			assertThat(seen).hasValue(null);
			user.remove();
		});
	}

	@Test
	void severalBuildersOfTheApplicationDoNotStopTheStart() {
		this.runner.withBean("first", WebClient.Builder.class, WebClient::builder)
			.withBean("second", WebClient.Builder.class, WebClient::builder)
			.withBean("third", RestClient.Builder.class, RestClient::builder)
			.withBean("fourth", RestClient.Builder.class, RestClient::builder)
			.withBean(WebClientCustomizer.class, () -> (builder) -> builder.defaultHeader("X-Customized", "web"))
			.withBean(RestClientCustomizer.class, () -> (builder) -> builder.defaultHeader("X-Customized", "rest"))
			.run((context) -> {
				context.getBean(WebClient.class).get().uri("/a").retrieve().toBodilessEntity().block();
				context.getBean(RestClient.class).get().uri("/b").retrieve().toBodilessEntity();
				assertThat(this.api.requests()).extracting((request) -> request.header("X-Customized"))
					.containsExactly("web", "rest");
			});
	}

	@Test
	void theOriginOfTheGroupMayGetTheTokensThatInterfacesOfItsServicesName() {
		try (ScriptedServer elsewhere = new ScriptedServer(Script.json(200, "{}"))) {
			withBilling()
				.withPropertyValues("spring.http.serviceclient.siblings.base-url=" + elsewhere.url(""),
						"spring.http.serviceclient.heirs.base-url=" + elsewhere.url(""))
				.withUserConfiguration(InheritingServices.class)
				.run((context) -> {
					SiblingService siblings = context.getBean(SiblingService.class);
					siblings.bills();
					siblings.items();
					HeirService heir = context.getBean(HeirService.class);
					heir.bills();
					heir.own();
					assertThat(elsewhere.requests())
						.extracting((request) -> request.path() + " " + request.header("Authorization"))
						.containsExactly("/bills Bearer canary-1", "/items Bearer canary-2", "/bills Bearer canary-1",
								"/own Bearer canary-2");
				});
		}
	}

	@Test
	void aGroupWhoseRegistrationDoesNotExistStopsTheStart() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.registration.billing.token-uri=" + this.tokenEndpoint.url("/token"),
					"oauth.client.registration.billing.client-id=orders",
					"oauth.client.registration.billing.client-secret=canary",
					"oauth.client.http-service-group.other=default")
			.run((context) -> assertThat(Reports.of(context.getStartupFailure()))
				.contains("oauth.client.http-service-group.other names the registration 'default'")
				.contains("use one of [billing]"));
	}

	@ParameterizedTest
	@CsvSource({ "http://api.internal, uses http", "http://my_service:8080, has a host that is not valid",
			"/relative, is not an absolute http or https URL", "https://{tenant}.example.com, is not an absolute" })
	void aGroupUrlThatMayNotGetTheTokenStopsTheStart(String url, String report) {
		withBilling().withPropertyValues("spring.http.serviceclient.billing.base-url=" + url)
			.withUserConfiguration(HttpServices.class)
			.run((context) -> assertThat(Reports.of(context.getStartupFailure()))
				.contains("spring.http.serviceclient.billing.base-url " + report));
	}

	@Test
	void theApplicationMaySetTheBaseUrlOfAGroupItself() {
		withBilling().withPropertyValues("own.url=" + this.api.url("/own"))
			.withUserConfiguration(HttpServices.class, OwnGroupUrl.class)
			.run((context) -> {
				context.getBean(BillingService.class).get();
				assertThat(calls()).containsExactly("/own/billing Bearer canary-1");
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBeans {

		static final WebClient WEB_CLIENT = WebClient.create();

		static final WebClient BILLING = WebClient.create();

		static final RestClient REST_CLIENT = RestClient.create();

		static final OAuth2AuthorizedClientManager MANAGER = (request) -> null;

		static final ReactiveOAuth2AuthorizedClientManager REACTIVE_MANAGER = (request) -> Mono.empty();

		@Bean
		@Primary
		WebClient webClient() {
			return WEB_CLIENT;
		}

		@Bean
		WebClient billingWebClient() {
			return BILLING;
		}

		@Bean
		RestClient restClient() {
			return REST_CLIENT;
		}

		@Bean
		OAuth2AuthorizedClientManager manager() {
			return MANAGER;
		}

		@Bean
		ReactiveOAuth2AuthorizedClientManager reactiveManager() {
			return REACTIVE_MANAGER;
		}

	}

	static class QualifiedClients {

		private final WebClient defaultWebClient;

		private final WebClient webClient;

		private final RestClient restClient;

		QualifiedClients(WebClient defaultWebClient, @Qualifier("billing") WebClient webClient,
				@Qualifier("billing") RestClient restClient) {
			this.defaultWebClient = defaultWebClient;
			this.webClient = webClient;
			this.restClient = restClient;
		}

	}

	static class UnqualifiedClient {

		UnqualifiedClient(WebClient webClient) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnknownRegistration {

		@Bean
		WebClient mine(WebClient.Builder builder, BearerTokenExchangeFilter bearerToken) {
			return builder.filter(bearerToken.forRegistration("biling")).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(DefaultService.class)
	@ImportHttpServices(group = "billing", types = BillingService.class)
	@ImportHttpServices(group = "invoices", types = InvoiceService.class)
	@ImportHttpServices(group = "default", types = ReactiveService.class, clientType = ClientType.WEB_CLIENT)
	static class HttpServices {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "other", types = OtherService.class)
	@ImportHttpServices(group = "annotated", types = AnnotatedService.class)
	static class OtherServices {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "default", types = AnnotatedReactiveService.class, clientType = ClientType.WEB_CLIENT)
	static class AnnotatedReactiveServices {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "siblings", types = SiblingService.class)
	@ImportHttpServices(group = "heirs", types = HeirService.class)
	static class InheritingServices {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnGroupUrl {

		@Bean
		RestClientHttpServiceGroupConfigurer ownGroupUrl(@Value("${own.url}") String url) {
			return (groups) -> groups.forEachClient((group, builder) -> builder.baseUrl(url));
		}

	}

	interface DefaultService {

		@GetExchange("/default")
		String get();

	}

	interface BillingService {

		@GetExchange("/billing")
		String get();

	}

	interface InvoiceService {

		@GetExchange("/invoices")
		String get();

	}

	interface ReactiveService {

		@GetExchange("/reactive")
		Mono<String> get();

	}

	interface OtherService {

		@GetExchange("/other")
		String get();

	}

	interface AnnotatedService {

		@GetExchange("/annotated")
		@ClientRegistrationId("billing")
		String get();

	}

	@ClientRegistrationId("billing")
	interface AnnotatedReactiveService {

		@GetExchange("/annotated/reactive")
		Mono<String> get();

	}

	@ClientRegistrationId("billing")
	interface BillsService {

		@GetExchange("/bills")
		String bills();

	}

	@ClientRegistrationId("default")
	interface ItemsService {

		@GetExchange("/items")
		String items();

	}

	interface SiblingService extends BillsService, ItemsService {

	}

	@ClientRegistrationId("default")
	interface HeirService extends BillsService {

		@GetExchange("/own")
		String own();

	}

	private record RecordingListener(String name, List<String> told) implements TokenListener {

		@Override
		public void obtained(Obtained event) {
			this.told.add(this.name + ": " + event.registrationId());
		}

	}

}
