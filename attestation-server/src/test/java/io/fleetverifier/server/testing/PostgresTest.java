// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;

/**
 * Gives a Spring test the JVM's {@link TestDatabase} and a home folder that belongs to it. Put it
 * beside {@code @SpringBootTest}. Contexts share the database, so tests use rows of their own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ContextConfiguration(initializers = TestHomeInitializer.class)
@Import(TestDatabaseConfiguration.class)
public @interface PostgresTest {}
