/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Function;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.UrlResource;

import io.github.outboundauth.endpoint.credential.InvalidCredentialException;

/**
 * Where something is kept that is read whole and again and again. Problems are told of
 * the configuration key that names it. Thread-safe.
 *
 * @param resources finds files and other resources
 * @param location a path, or the location of another resource, but of none that is
 * fetched over the network: that has no timeout
 */
record Location(ResourceLoader resources, String location) {

	private static final int MAX_SIZE = 64 * 1024;

	private static final String CORRECT = "correct the location";

	/**
	 * Read all of it.
	 * @throws InvalidCredentialException if it cannot be read, is empty, or larger than
	 * 64 KiB
	 */
	Content read() {
		if (this.location.contains("-----BEGIN")) {
			throw new InvalidCredentialException("is a key or certificate and not the location of one",
					"write it to a file, and the path of the file here");
		}
		byte[] bytes = bytes();
		if (bytes.length == 0) {
			throw problem("is empty", "write it again");
		}
		if (bytes.length > MAX_SIZE) {
			throw problem("is larger than " + MAX_SIZE + " bytes", CORRECT);
		}
		return new Content(bytes);
	}

	/**
	 * Tell the problem with what was read as one of the configuration key.
	 */
	<T> T parse(Content content, Function<Content, T> parser) {
		try {
			return parser.apply(content);
		}
		catch (InvalidCredentialException ex) {
			throw problem(ex.problem(), ex.remedy());
		}
	}

	private byte[] bytes() {
		try (InputStream stream = open()) {
			return stream.readNBytes(MAX_SIZE + 1);
		}
		catch (NoSuchFileException | FileNotFoundException ex) {
			throw problem("does not exist", "create it, or correct the location");
		}
		catch (AccessDeniedException ex) {
			throw problem("this process may not read", "let its user read it");
		}
		catch (IOException ex) {
			throw problem("cannot be read (" + ex.getClass().getSimpleName() + ")", "check the file system");
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidCredentialException("is not a location", "write the path of a file");
		}
	}

	/**
	 * A file is opened as one: other streams do not tell what is wrong, list directories,
	 * and wait for ever for the writer of a pipe.
	 */
	private InputStream open() throws IOException {
		Resource resource = this.resources.getResource(this.location);
		if (!resource.isFile()) {
			if (resource instanceof UrlResource) {
				throw problem("is neither a file nor on the class path", "write the path of a file");
			}
			return resource.getInputStream();
		}
		Path file = resource.getFile().toPath();
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
		if (!attributes.isRegularFile()) {
			throw problem(attributes.isDirectory() ? "is a directory" : "is not a regular file", CORRECT);
		}
		return Files.newInputStream(file);
	}

	private InvalidCredentialException problem(String problem, String remedy) {
		return new InvalidCredentialException("names " + name() + ", which " + problem, remedy);
	}

	/**
	 * A secret that is written where its location should be looks like a file that does
	 * not exist: a path is shown only if it leads to a directory other than the root.
	 */
	private String name() {
		return this.location.startsWith("classpath:") || isPath() ? "'" + this.location + "'" : "a resource";
	}

	private boolean isPath() {
		try {
			Path path = Path.of(this.location.startsWith("file:") ? this.location.substring(5) : this.location);
			Path directory = path.getParent();
			return directory != null && directory.getNameCount() > 0 && Files.isDirectory(directory);
		}
		catch (InvalidPathException ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		return "Location[" + name() + "]";
	}

}
