/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
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
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

import io.github.outboundauth.autoconfigure.OnOAuthClientCondition;
import io.github.outboundauth.autoconfigure.diagnostics.Spelling;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;

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

	/**
	 * By name, because it is optional. Those of an application and {@code @Named} have
	 * it.
	 */
	private static final String JAKARTA_QUALIFIER = "jakarta.inject.Qualifier";

	private static final String DEFAULT = OAuthClientRegistration.DEFAULT_ID;

	private final Environment environment;

	ClientInjectionFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		Class<?> type = cause.getBeanType();
		if (type == null || !CLIENTS.contains(type.getName()) || !OnOAuthClientCondition.isEnabled(this.environment)) {
			return null;
		}
		String name = type.getSimpleName();
		String subject = Objects.requireNonNullElse(description, "A bean") + " requires a " + name;
		String qualifier = qualifier(rootFailure);
		if (cause instanceof NoUniqueBeanDefinitionException several) {
			// Several with one qualifier are the application's own, and Boot reports
			// them.
			return (qualifier == null) ? several(several, subject) : null;
		}
		return (qualifier == null) ? unqualified(cause, subject) : unknown(cause, subject, qualifier, name);
	}

	private @Nullable FailureAnalysis unknown(NoSuchBeanDefinitionException cause, String subject, String qualifier,
			String type) {
		Set<String> ids = new LinkedHashSet<>(RegistrationBeans.ids(this.environment));
		if (RegistrationBeans.hasDefault(this.environment)) {
			ids.add(DEFAULT);
		}
		if (ids.isEmpty() || ids.contains(qualifier)) {
			return null;
		}
		if (qualifier.isEmpty()) {
			return new FailureAnalysis(subject + " with a qualifier that no bean has.",
					"Define a bean with this qualifier, or write @Qualifier with the id of a registration: " + ids
							+ ".",
					cause);
		}
		String remedy = qualifier.equals(DEFAULT) ? "configure " + RegistrationBeans.CLIENT_ID
				: "configure oauth.client.registration." + qualifier + ", or define a bean with this qualifier";
		return new FailureAnalysis(subject + " with the qualifier '" + qualifier + "', and there is none.",
				didYouMean(qualifier, type, ids) + "Write the id of a registration: " + ids + ", or " + remedy + ".",
				cause);
	}

	/**
	 * Where the application has clients of its own, there is none for {@code default}.
	 */
	private @Nullable FailureAnalysis several(NoUniqueBeanDefinitionException cause, String subject) {
		Set<String> ids = RegistrationBeans.ids(this.environment);
		if (ids.isEmpty()) {
			return null;
		}
		Collection<String> names = Objects.requireNonNullElse(cause.getBeanNamesFound(), List.of());
		return new FailureAnalysis(subject + ", and there are several: " + names + ".",
				"Write @Qualifier with the name of one of them, or with the id of a registration: " + ids
						+ ", or mark one of them as @Primary.",
				cause);
	}

	private @Nullable FailureAnalysis unqualified(NoSuchBeanDefinitionException cause, String subject) {
		Set<String> ids = RegistrationBeans.ids(this.environment);
		if (ids.isEmpty() || RegistrationBeans.hasDefault(this.environment)) {
			return null;
		}
		return new FailureAnalysis(
				subject + " without a qualifier, and there is no registration 'default' that it would belong to.",
				"Write @Qualifier with the id of a registration: " + ids + ", or configure "
						+ RegistrationBeans.CLIENT_ID + " for a registration 'default'.",
				cause);
	}

	private static String didYouMean(String qualifier, String type, Set<String> ids) {
		List<String> candidates = new ArrayList<>(ids);
		ids.forEach((id) -> candidates.add(id + type));
		String nearest = Spelling.nearest(qualifier, candidates);
		return (nearest != null) ? "Did you mean @Qualifier(\"" + nearest + "\")? " : "";
	}

	/**
	 * The qualifier where the innermost dependency is injected: empty if it is another
	 * annotation than {@code @Qualifier} and has no name for it, {@code null} if there is
	 * none.
	 */
	private static @Nullable String qualifier(Throwable rootFailure) {
		InjectionPoint point = null;
		for (Throwable ex = rootFailure; ex != null; ex = ex.getCause()) {
			if (ex instanceof UnsatisfiedDependencyException unsatisfied && unsatisfied.getInjectionPoint() != null) {
				point = unsatisfied.getInjectionPoint();
			}
		}
		if (point == null) {
			return null;
		}
		MergedAnnotations annotations = MergedAnnotations.from(point.getAnnotations());
		MergedAnnotation<Qualifier> qualifier = annotations.get(Qualifier.class);
		if (qualifier.isPresent()) {
			return qualifier.getString(MergedAnnotation.VALUE);
		}
		return annotations.isPresent(JAKARTA_QUALIFIER) ? "" : null;
	}

}
