/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenListener.Obtained;
import io.github.outboundauth.token.TokenListener.Recovered;
import io.github.outboundauth.token.TokenListener.RefreshFailed;
import io.github.outboundauth.token.TokenListener.Rejected;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenLog}.
 */
class TokenLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(TokenLog.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final TokenLog log = new TokenLog(Map.of("orders", List.of("crm", "mail")));

	private Level before;

	@BeforeEach
	void listen() {
		this.before = this.logger.getLevel();
		this.logger.setLevel(Level.INFO);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(this.before);
	}

	@Test
	void warnsWhenAnOutageBegins() {
		fail(Kind.PASSING, 600, 1, 0);
		assertThat(lines()).containsExactly("WARN OAuth2 client 'billing': the connection was refused. Start it. "
				+ "The token at hand can be used for another 600 s.");
	}

	@Test
	void namesTheRegistrationsThatShareTheToken() {
		this.log.refreshFailed(new RefreshFailed(new TokenFailure("orders", Kind.PASSING, "no answer came", "Wait"),
				Duration.ZERO, 1, Duration.ZERO));
		this.log.recovered(new Recovered("orders", 1, Duration.ofSeconds(5)));
		assertThat(lines()).hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains(" OAuth2 client 'orders': ")
				.endsWith(" The same goes for [crm, mail], with the same token."));
	}

	@Test
	void remindsAfterAMinuteTwoFourAndSoOn() {
		for (int second = 0; second <= 600; second++) {
			fail(Kind.PASSING, 4000 - second, second + 1, second);
		}
		assertThat(lines()).hasSize(5)
			.anyMatch((line) -> line.endsWith("another 3760 s. (Failure 241 in 240 s.)"))
			.last()
			.asString()
			.endsWith("another 3520 s. (Failure 481 in 480 s.)");
	}

	@Test
	void saysWhenThereIsNoTokenAnyMore() {
		fail(Kind.PASSING, 10, 1, 0);
		fail(Kind.PASSING, 0, 2, 20);
		fail(Kind.PASSING, 0, 3, 40);
		assertThat(lines()).hasSize(2)
			.last()
			.asString()
			.endsWith("There is no token to use meanwhile. (Failure 2 in 20 s.)");
	}

	@Test
	void reportsWhatSomebodyHasToMendOnceAsAnError() {
		fail(Kind.LASTING, 0, 1, 0);
		fail(Kind.LASTING, 0, 2, 5);
		fail(Kind.LASTING, 0, 3, 15);
		assertThat(lines()).hasSize(1).first().asString().startsWith("ERROR");
	}

	@Test
	void takesADescriptionThatChangesForTheSameCause() {
		for (int i = 1; i <= 4; i++) {
			this.log.refreshFailed(new RefreshFailed(
					new TokenFailure("billing", Kind.LASTING, "refused (invalid_client: \"trace " + i + "\")",
							"Check client-id", "https://idp.example.com/token", 401, "invalid_client", null),
					Duration.ZERO, i, Duration.ofSeconds(5L * i)));
		}
		assertThat(lines()).hasSize(1);
	}

	@Test
	void startsAfreshWithAnOutageWhoseBeforeHadNoEnd() {
		fail(Kind.LASTING, 0, 1, 0);
		fail(Kind.LASTING, 0, 1, 0);
		assertThat(lines()).hasSize(2);
	}

	@Test
	void reportsAnotherCauseAgain() {
		fail(Kind.LASTING, 0, 1, 0);
		this.log.refreshFailed(new RefreshFailed(new TokenFailure("billing", Kind.PROTOCOL, "no token", "Ask"),
				Duration.ZERO, 2, Duration.ofSeconds(5)));
		assertThat(lines()).filteredOn((line) -> line.startsWith("ERROR")).hasSize(2);
	}

	@Test
	void saysWhenTheOutageIsOver() {
		fail(Kind.PASSING, 600, 1, 0);
		this.log.recovered(new Recovered("billing", 7, Duration.ofSeconds(90)));
		assertThat(lines()).last()
			.isEqualTo("INFO OAuth2 client 'billing': tokens can be obtained again, after 7 failure(s) in 90 s.");
	}

	@Test
	void warnsOfTheNextOutageAgain() {
		fail(Kind.PASSING, 600, 1, 0);
		this.log.recovered(new Recovered("billing", 1, Duration.ofSeconds(1)));
		fail(Kind.PASSING, 600, 1, 0);
		assertThat(lines()).filteredOn((line) -> line.startsWith("WARN")).hasSize(2);
	}

	@Test
	void keepsRegistrationsApart() {
		fail(Kind.PASSING, 600, 1, 0);
		this.log.refreshFailed(new RefreshFailed(new TokenFailure("crm", Kind.PASSING, "refused", "Start it"),
				Duration.ZERO, 1, Duration.ZERO));
		assertThat(lines()).hasSize(2);
	}

	@Test
	void notesARejectedTokenThatWasInUseForLong() {
		this.log.rejected(new Rejected("billing", Duration.ofMinutes(12), true));
		assertThat(lines()).containsExactly("INFO OAuth2 client 'billing': an API refused its token 720 s after it "
				+ "was asked for; it is replaced.");
	}

	@Test
	void saysThatANewTokenStaysWhenNoneCanBeFetchedNow() {
		this.log.rejected(new Rejected("billing", Duration.ofMinutes(12), false));
		assertThat(lines()).containsExactly("INFO OAuth2 client 'billing': an API refused its token 720 s after it "
				+ "was asked for; no other can be fetched now.");
	}

	@Test
	void warnsOfNewTokensThatAreRefusedMoreAndMoreSeldom() {
		for (int i = 0; i < 100; i++) {
			this.log.rejected(new Rejected("billing", Duration.ofSeconds(10), true));
		}
		assertThat(lines()).hasSize(7)
			.allMatch((line) -> line.startsWith("WARN OAuth2 client 'billing': an API refused a new token")
					&& line.endsWith("Check its scope and audience, and the clocks."));
	}

	@Test
	void warnsOfAnOddAnswerOnceForEachRegistration() {
		Obtained odd = new Obtained("billing", Duration.ofMinutes(5), Duration.ofMillis(120), 1,
				List.of("the response has no usable expires_in, so refresh.default-lifetime is assumed"));
		this.log.obtained(odd);
		this.log.obtained(odd);
		this.log.obtained(new Obtained("crm", odd.lifetime(), odd.took(), 1, odd.remarks()));
		assertThat(lines()).hasSize(2)
			.first()
			.isEqualTo("WARN OAuth2 client 'billing': the response has no usable expires_in, so "
					+ "refresh.default-lifetime is assumed.");
	}

	@Test
	void warnsAgainOfWhatWasOver() {
		for (List<String> remarks : List.of(List.of("odd"), List.<String>of(), List.of("odd"))) {
			this.log.obtained(new Obtained("billing", Duration.ofMinutes(5), Duration.ofMillis(120), 1, remarks));
		}
		assertThat(lines()).hasSize(2);
	}

	@Test
	void leavesOffRemarkingOnAServerThatIsAlwaysOddInAnotherWay() {
		for (int i = 0; i < 100; i++) {
			this.log.obtained(
					new Obtained("billing", Duration.ofMinutes(5), Duration.ofMillis(120), 1, List.of("odd " + i)));
		}
		assertThat(lines()).hasSize(10);
	}

	@Test
	void saysNothingOfTokensUnlessAsked() {
		this.log.obtained(new Obtained("billing", Duration.ofHours(1), Duration.ofMillis(120), 1, List.of()));
		assertThat(lines()).isEmpty();
		this.logger.setLevel(Level.DEBUG);
		this.log.obtained(new Obtained("billing", Duration.ofHours(1), Duration.ofMillis(120), 1, List.of()));
		assertThat(lines()).containsExactly("DEBUG OAuth2 client 'billing': obtained a token that lives 3600 s, "
				+ "with 1 token request(s) in 120 ms.");
	}

	private void fail(Kind kind, long usable, int failures, long since) {
		this.log.refreshFailed(
				new RefreshFailed(new TokenFailure("billing", kind, "the connection was refused", "Start it"),
						Duration.ofSeconds(usable), failures, Duration.ofSeconds(since)));
	}

	private List<String> lines() {
		return this.appender.list.stream()
			.map((event) -> event.getLevel() + " " + event.getFormattedMessage())
			.toList();
	}

}
