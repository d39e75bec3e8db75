/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Gives every registration a fixed token, without any server. Goes on any test class that
 * has an application context of Spring Boot: {@code @SpringBootTest} or a slice such as
 * {@code @RestClientTest}, to which it adds the clients of the registrations.
 * <p>
 * No authorization server is asked, so what only concerns that is not looked at:
 * endpoints, client ids, credentials and what else a token request says may be anything,
 * or placeholders that nothing resolves. All else is as in production: which clients
 * there are, where tokens may go, what happens to calls. An API that answers 401 is not
 * called again, because there is no other token.
 *
 * @see TestTokens
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureTestTokens {

}
