/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.testing.Callers;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class DiscoveryTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Script BROKEN = Script.json(503, "{}");

	private final Publisher publisher = new Publisher().publish();

	private final Discovery discovery = this.publisher.discovery();

	@AfterEach
	void close() {
		this.publisher.close();
	}

	private AuthorizationServer locate() {
		return this.discovery.locate("billing");
	}

	private int requests() {
		return this.publisher.server.requests().size();
	}

	@Test
	void asksNobodyBeforeItIsAsked() {
		assertThat(requests()).isZero();
	}

	@Test
	void asksOnceForAHundredCalls() {
		for (int i = 0; i < 100; i++) {
			assertThat(locate().tokenEndpoint()).isEqualTo(URI.create(Publisher.ISSUER + "/token"));
		}
		assertThat(requests()).isOne();
	}

	@Test
	void asksOnceForTwoHundredThreads() throws Exception {
		Callers callers = new Callers(200, (number) -> this.discovery.locate("client-" + number));
		callers.callAllAtOnce();
		assertThat(callers.failures()).isEmpty();
		assertThat(requests()).isOne();
	}

	@Test
	void sendsNoCredentials() {
		locate();
		Request request = this.publisher.server.requests().get(0);
		assertThat(request.method()).isEqualTo("GET");
		assertThat(request.header("Accept")).isEqualTo("application/json");
		assertThat(request.header("Authorization")).isNull();
		assertThat(request.header("Cookie")).isNull();
		assertThat(request.body()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			                                         | 3600
			Cache-Control: max-age=600               | 600
			Cache-Control: public, Max-Age="600"     | 600
			Cache-Control: s-maxage=600, public      | 3600
			Cache-Control: max-age=0                 | 60
			Cache-Control: no-store, no-cache        | 3600
			Cache-Control: max-age=31536000          | 86400
			Cache-Control: max-age=99999999999999999 | 86400
			Cache-Control: max-age=soon              | 3600
			""")
	void asksAgainWhenMetadataIsOld(String header, long seconds) {
		publish((header != null) ? header + "\r\n" : "", Publisher.ISSUER + "/token");
		locate();
		this.publisher.time.advance(Duration.ofSeconds(seconds).minusNanos(1));
		locate();
		assertThat(requests()).isOne();
		this.publisher.time.advance(Duration.ofNanos(1));
		locate();
		assertThat(requests()).isEqualTo(2);
	}

	private void publish(String headers, String tokenEndpoint) {
		this.publisher.publish(Publisher.OIDC, (request, socket) -> Script.send(socket, 200,
				"Content-Type: application/json\r\n" + headers, Publisher.json(Publisher.ISSUER, tokenEndpoint)));
	}

	@Test
	void keepsWhatItKnowsWhileMetadataCannotBeReadAgain() {
		AuthorizationServer server = locate();
		this.publisher.publish(Publisher.OIDC, BROKEN);
		this.publisher.time.advance(HOUR);
		AuthorizationServer kept = server.withRemark("the metadata of the issuer could not be read again, "
				+ "and stays in use as it was (the authorization server answered with an error)");
		assertThat(locate()).isEqualTo(kept);
		this.publisher.time.advance(MINUTE.minusNanos(1));
		assertThat(locate()).isEqualTo(kept);
		assertThat(requests()).isEqualTo(2);
		this.publisher.publish().time.advance(Duration.ofNanos(1));
		assertThat(locate()).isEqualTo(server);
		assertThat(requests()).isEqualTo(3);
		this.publisher.time.advance(MINUTE);
		locate();
		assertThat(requests()).isEqualTo(3);
	}

	@Test
	void keepsWhatItKnowsOfTheIssuerWhenAnotherAnswers() {
		AuthorizationServer server = locate();
		this.publisher.publish(Publisher.OIDC, "https://evil.example", "https://evil.example/token");
		this.publisher.time.advance(HOUR);
		assertThat(locate().tokenEndpoint()).isEqualTo(server.tokenEndpoint());
	}

	@Test
	void asksAgainInDoubtButNotMoreThanTwiceAMinute() {
		locate();
		this.discovery.doubt();
		locate();
		assertThat(requests()).isOne();
		this.publisher.time.advance(Duration.ofSeconds(30));
		locate();
		assertThat(requests()).isEqualTo(2);
		this.publisher.time.advance(Duration.ofSeconds(29));
		this.discovery.doubt();
		locate();
		assertThat(requests()).isEqualTo(2);
		this.publisher.time.advance(SECOND);
		locate();
		locate();
		assertThat(requests()).isEqualTo(3);
	}

	@Test
	void keepsWhatItDoubtsWhileThereIsNothingElse() {
		AuthorizationServer server = locate();
		this.publisher.publish(Publisher.OIDC, BROKEN).time.advance(MINUTE);
		this.discovery.doubt();
		assertThat(locate().tokenEndpoint()).isEqualTo(server.tokenEndpoint());
		assertThat(requests()).isEqualTo(2);
	}

	@Test
	void asksOnceInDoubtBeforeAnythingIsKnown() {
		this.discovery.doubt();
		locate();
		locate();
		assertThat(requests()).isOne();
	}

	@Test
	void usesAndRemarksAnotherTokenEndpointOfTheSameIssuer() {
		locate();
		publish("", "https://other.example/token");
		this.publisher.time.advance(HOUR);
		AuthorizationServer server = locate();
		assertThat(server.tokenEndpoint()).isEqualTo(URI.create("https://other.example/token"));
		assertThat(server.remark()).isEqualTo("token_endpoint in the metadata of the issuer changed from "
				+ "\"https://idp.example.com/token\" to \"https://other.example/token\"");
		this.publisher.time.advance(HOUR.minusNanos(1));
		assertThat(locate()).isEqualTo(server);
	}

	@Test
	void remarksNoMoreThatTheServerMovedWhenItIsStillThere() {
		locate();
		publish("", "https://other.example/token");
		this.publisher.time.advance(HOUR);
		AuthorizationServer server = locate();
		assertThat(server.remark()).isNotNull();
		this.publisher.time.advance(MINUTE);
		this.discovery.doubt();
		assertThat(locate()).isEqualTo(server.withRemark(null));
		assertThat(requests()).isEqualTo(3);
	}

	@Test
	void remarksForAnHourThatTheServerMoved() {
		locate();
		publish("Cache-Control: max-age=86400\r\n", "https://other.example/token");
		this.publisher.time.advance(HOUR);
		AuthorizationServer server = locate();
		this.publisher.time.advance(HOUR.minusNanos(1));
		assertThat(locate()).isEqualTo(server);
		this.publisher.time.advance(Duration.ofNanos(1));
		assertThat(locate()).isEqualTo(server.withRemark(null));
		assertThat(requests()).isEqualTo(2);
	}

	@Test
	void remarksAnotherAliasOfMutualTls() {
		String alias = "mtls_endpoint_aliases.token_endpoint in the metadata of the issuer changed from ";
		locate();
		assertThat(remark("/token", "/mtls")).isEqualTo(alias + "none to \"https://idp.example.com/mtls\"");
		assertThat(remark("/token", "/mtls")).isNull();
		assertThat(remark("/other", "/moved"))
			.isEqualTo("token_endpoint in the metadata of the issuer changed from \"https://idp.example.com/token\" to "
					+ "\"https://idp.example.com/other\"; " + alias
					+ "\"https://idp.example.com/mtls\" to \"https://idp.example.com/moved\"");
		publish("", Publisher.ISSUER + "/other");
		this.publisher.time.advance(HOUR);
		assertThat(locate().remark()).isEqualTo(alias + "\"https://idp.example.com/moved\" to none");
	}

	private String remark(String tokenEndpoint, String alias) {
		String metadata = Publisher.json(Publisher.ISSUER, Publisher.ISSUER + tokenEndpoint);
		this.publisher.publish(Publisher.OIDC,
				Script.json(200, metadata.substring(0, metadata.length() - 1)
						+ ",\"mtls_endpoint_aliases\":{\"token_endpoint\":\"" + Publisher.ISSUER + alias + "\"}}")).time
			.advance(HOUR);
		return locate().remark();
	}

	@Test
	void recoversWhenTheServerComesUp() {
		this.publisher.publish(Publisher.OIDC, BROKEN);
		assertThat(Publisher.failure(this.discovery).kind()).isEqualTo(Kind.PASSING);
		this.publisher.publish();
		assertThat(locate().issuer()).isEqualTo(Publisher.ISSUER);
	}

	@Test
	void sharesAFailureUnderTheNameOfEach() throws Exception {
		int count = 20;
		CountDownLatch go = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			go.await();
			BROKEN.answer(request, socket);
		});
		List<Caller> callers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			callers.add(new Caller("client-" + i));
			callers.get(i).start();
		}
		for (Caller caller : callers) {
			caller.awaitRest();
		}
		go.countDown();
		for (Caller caller : callers) {
			TokenFailure failure = caller.failure();
			assertThat(failure.message())
				.startsWith("OAuth2 client '" + caller.getName() + "': the authorization server");
			assertThat(failure.status()).isEqualTo(503);
		}
		assertThat(requests()).isOne();
	}

	@Test
	void waitsForNobodyWhenItKnowsSomething() throws Exception {
		AuthorizationServer server = locate();
		Threads threads = new Threads();
		this.publisher.executor = threads;
		CountDownLatch go = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			go.await();
			BROKEN.answer(request, socket);
		});
		this.publisher.time.advance(HOUR);
		assertThat(locate()).isEqualTo(server);
		assertThat(locate()).isEqualTo(server);
		go.countDown();
		threads.get(0).join();
		assertThat(locate().remark()).contains("could not be read again");
		assertThat(threads.count()).isOne();
		assertThat(requests()).isEqualTo(2);
	}

	@Test
	void renewsOnceThoughTheFlightThatBeganItIsOver() throws Exception {
		locate();
		Threads threads = new Threads();
		this.publisher.executor = threads;
		CountDownLatch go = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			go.await();
			Script.json(200, Publisher.json(Publisher.ISSUER, Publisher.ISSUER + "/moved")).answer(request, socket);
		});
		this.publisher.time.advance(HOUR);
		Thread.currentThread().interrupt();
		try {
			locate();
			this.publisher.time.advance(Duration.ofSeconds(29));
			locate();
		}
		finally {
			Thread.interrupted();
		}
		go.countDown();
		threads.get(0).join();
		assertThat(locate().tokenEndpoint()).isEqualTo(URI.create(Publisher.ISSUER + "/moved"));
		assertThat(threads.count()).isOne();
	}

	@Test
	void renewsAgainWhenARenewalHangs() throws Exception {
		AuthorizationServer server = locate();
		Threads threads = new Threads();
		this.publisher.executor = threads;
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			asked.countDown();
			go.await();
			Script.json(200, Publisher.json(Publisher.ISSUER, "https://late.example/token")).answer(request, socket);
		});
		this.publisher.time.advance(HOUR);
		locate();
		asked.await();
		publish("", Publisher.ISSUER + "/moved");
		this.publisher.time.advance(MINUTE.minusNanos(1));
		assertThat(locate()).isEqualTo(server);
		assertThat(threads.count()).isOne();
		this.publisher.time.advance(Duration.ofNanos(1));
		locate();
		threads.get(1).join();
		assertThat(locate().tokenEndpoint()).isEqualTo(URI.create(Publisher.ISSUER + "/moved"));
		threads.get(0).join();
		go.countDown();
		assertThat(locate().tokenEndpoint()).isEqualTo(URI.create(Publisher.ISSUER + "/moved"));
		assertThat(requests()).isEqualTo(3);
	}

	@Test
	void keepsWhatItKnowsWhenThereIsNoThreadToRenewIt() {
		AuthorizationServer server = locate();
		this.publisher.executor = (task) -> {
			throw new RejectedExecutionException();
		};
		this.publisher.time.advance(HOUR);
		assertThat(locate()).isEqualTo(server);
		assertThat(requests()).isOne();
		this.publisher.executor = Runnable::run;
		this.publisher.time.advance(MINUTE);
		assertThat(locate()).isEqualTo(server);
		assertThat(requests()).isEqualTo(2);
	}

	@Test
	void letsOneThatWaitsLeave() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			go.await();
			Script.json(200, Publisher.json(Publisher.ISSUER, Publisher.ISSUER + "/token")).answer(request, socket);
		});
		Caller first = new Caller("first");
		first.start();
		first.awaitRest();
		Caller second = new Caller("second");
		second.start();
		second.awaitRest();
		second.interrupt();
		assertThat(second.failure().message())
			.isEqualTo("OAuth2 client 'second': the wait for the metadata of the issuer was interrupted. Ask again.");
		assertThat(second.failure().kind()).isEqualTo(Kind.CALLER);
		go.countDown();
		assertThat(first.server().issuer()).isEqualTo(Publisher.ISSUER);
		assertThat(requests()).isOne();
	}

	@Test
	void asksForThoseWhoWaitedForOneWhoseTimeWasUp() throws Exception {
		CountDownLatch never = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			Script.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
			never.await();
		});
		Caller first = new Caller("first");
		first.start();
		first.awaitRest();
		Caller second = new Caller("second");
		second.start();
		second.awaitRest();
		this.publisher.publish();
		first.interrupt();
		assertThat(second.server().issuer()).isEqualTo(Publisher.ISSUER);
		first.join(TimeUnit.SECONDS.toMillis(60));
		assertThat(first.isAlive()).isFalse();
		assertThat(requests()).isEqualTo(2);
		never.countDown();
	}

	@Test
	void endsWhenItsTimeIsUpThoughMetadataDrips() throws Exception {
		CountDownLatch never = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			Script.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n{");
			while (true) {
				Script.send(socket, " ");
				never.await(10, TimeUnit.MILLISECONDS);
			}
		});
		Caller caller = new Caller("billing");
		caller.start();
		caller.awaitRest();
		caller.interrupt();
		assertThat(caller.failure().kind()).isEqualTo(Kind.PASSING);
		this.publisher.publish();
		assertThat(locate().issuer()).isEqualTo(Publisher.ISSUER);
	}

	@Test
	void asksAnewWhenOneWhoseTimeIsUpDoesNotReturn() throws Exception {
		CountDownLatch stuck = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.publisher.route = (path) -> {
			if (Thread.currentThread().getName().equals("first")) {
				stuck.countDown();
				awaitUninterruptibly(release);
				return this.publisher.server.url("/late");
			}
			return this.publisher.server.url(path);
		};
		this.publisher.publish("/late", Publisher.ISSUER, "https://late.example/token");
		Caller first = new Caller("first");
		first.start();
		stuck.await();
		first.interrupt();
		assertThat(locate().issuer()).isEqualTo(Publisher.ISSUER);
		release.countDown();
		first.join();
		assertThat(locate().tokenEndpoint()).isEqualTo(URI.create(Publisher.ISSUER + "/token"));
	}

	@Test
	void asksAnewWhenARequestTakesTooLong() throws Exception {
		CountDownLatch never = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> never.await());
		Caller first = new Caller("first");
		first.start();
		first.awaitRest();
		this.publisher.publish().time.advance(Duration.ofSeconds(30));
		assertThat(locate().issuer()).isEqualTo(Publisher.ISSUER);
		assertThat(requests()).isEqualTo(2);
		first.interrupt();
		never.countDown();
	}

	@Test
	void sharesTheRequestThatTookThePlaceOfOne() throws Exception {
		CountDownLatch stuck = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		this.publisher.route = (path) -> {
			if (Thread.currentThread().getName().equals("first")) {
				stuck.countDown();
				awaitUninterruptibly(release);
				throw new IllegalStateException();
			}
			return this.publisher.server.url(path);
		};
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			go.await();
			BROKEN.answer(request, socket);
		});
		Caller first = new Caller("first");
		first.setUncaughtExceptionHandler((thread, ex) -> assertThat(ex).isInstanceOf(IllegalStateException.class));
		first.start();
		stuck.await();
		first.interrupt();
		Caller second = new Caller("second");
		second.start();
		second.awaitRest();
		release.countDown();
		first.join();
		Caller third = new Caller("third");
		third.start();
		third.awaitRest();
		go.countDown();
		assertThat(second.failure().status()).isEqualTo(503);
		assertThat(third.failure().status()).isEqualTo(503);
		assertThat(requests()).isOne();
	}

	/**
	 * As sockets do, which leave the interrupt to others.
	 */
	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			Thread.onSpinWait();
		}
	}

	/**
	 * Asks once, on a thread of its own.
	 */
	private final class Caller extends Thread {

		private final int requestsBefore = requests();

		private final AtomicReference<AuthorizationServer> server = new AtomicReference<>();

		private final AtomicReference<TokenFailure> failure = new AtomicReference<>();

		Caller(String registrationId) {
			super(registrationId);
			setDaemon(true);
		}

		@Override
		public void run() {
			try {
				this.server.set(DiscoveryTests.this.discovery.locate(getName()));
			}
			catch (TokenEndpointException ex) {
				this.failure.set(ex.failure());
			}
		}

		/**
		 * Wait until its request has arrived, or it waits for that of another.
		 */
		void awaitRest() {
			while (isAlive() && !asks() && !waits()) {
				Thread.onSpinWait();
			}
		}

		private boolean asks() {
			return isIn(MetadataRequests.class, "send") && requests() > this.requestsBefore;
		}

		private boolean waits() {
			// Who is elsewhere in it may wait for its own request a moment later.
			return isIn(Inquiry.class, "await") && getState() == State.WAITING;
		}

		private boolean isIn(Class<?> type, String method) {
			return Stream.of(getStackTrace())
				.anyMatch(
						(frame) -> frame.getClassName().equals(type.getName()) && frame.getMethodName().equals(method));
		}

		AuthorizationServer server() throws InterruptedException {
			join();
			return this.server.get();
		}

		TokenFailure failure() throws InterruptedException {
			join();
			return this.failure.get();
		}

	}

}
