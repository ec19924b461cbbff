// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.fleetverifier.server.appraisal.Redemption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The walls inside the server, drawn once. Each rule is tried twice: the product keeps it, and the
 * planted offenders in {@code io.fleetverifier.offenders} (outside what the server scans) break it,
 * so a rule that can no longer fire fails here.
 */
class ServerArchitectureTest {
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.fleetverifier.server");
  private static final JavaClasses OFFENDERS =
      new ClassFileImporter().importPackages("io.fleetverifier.offenders");

  static Stream<ArchRule> rules() {
    return Stream.of(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.fleetverifier.command..",
                "io.fleetverifier.transport..",
                "io.fleetverifier.client..",
                "io.fleetverifier.luks..",
                "io.fleetverifier.boot..")
            .as("the server uses the leaf packages of the device SDK only"),
        classes()
            .that()
            .resideInAnyPackage(
                in("appraisal"), in("eventlog"), in("explanation"), in("uki"), in("ekcert"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "javax.crypto..",
                "javax.security.auth.x500..",
                "org.jspecify..",
                "org.bouncycastle..",
                "io.fleetverifier.bytes..",
                "io.fleetverifier.tpm..",
                "io.fleetverifier.protocol..",
                in("appraisal"),
                in("eventlog"),
                in("explanation"),
                in("uki"),
                in("ekcert"))
            .as("what judges evidence knows no framework, storage, JSON or logger"),
        noClasses()
            .that()
            .resideInAnyPackage(
                in("appraisal"), in("eventlog"), in("explanation"), in("uki"), in("ekcert"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "java.net..")
            .as("what judges evidence reaches for no database and no network"),
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "..jdbc..", in("database"), in("audit"), in("policy"), in("access"), in("api"))
            .and()
            .doNotHaveSimpleName("ServerConfiguration")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.springframework.jdbc..")
            .as("SQL lives in jdbc packages, and where rows are all there is to a feature"),
        noClasses()
            .that()
            .resideOutsideOfPackage("..jpa..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "jakarta.persistence..",
                "org.springframework.data.jpa..",
                "org.springframework.data.repository..",
                "org.hibernate..")
            .as("JPA lives in jpa packages"),
        noClasses()
            .that()
            .resideOutsideOfPackages("..web..", in("problem"), in("access"), in("wire"), in("api"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.web..", "jakarta.servlet..")
            .as("the web lives in web packages and in those that serve them all"),
        noClasses()
            .that()
            .resideInAPackage("..web..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..jdbc..", "..jpa..")
            .as("web packages go through their feature, not around it"),
        noClasses()
            .that()
            .doNotHaveSimpleName("ServerConfiguration")
            .and()
            .resideOutsideOfPackages("io.fleetverifier.server.database..", in("cli"))
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callConstructor(SecureRandom.class)
            .as("time and chance come in through constructors"),
        noClasses()
            .that()
            .resideOutsideOfPackage("..attestation.jdbc..")
            .should()
            .callConstructor(Redemption.class, UUID.class)
            .as("only the write of an attestation says that a challenge was redeemed"),
        noFields().should().beAnnotatedWith(Autowired.class).as("nothing is injected into fields"),
        fields().that().areStatic().should().beFinal().as("no static state changes"),
        fields()
            .that()
            .areNotStatic()
            .and()
            .areDeclaredInClassesThat()
            .areNotAnonymousClasses()
            .should()
            .notBePublic()
            .as("no field is public"),
        classes()
            .that(DescribedPredicate.describe("are package-info", JavaClass::isTopLevelClass))
            .should(livesInANullMarkedPackage())
            .as("every package is @NullMarked"),
        slices()
            .matching(
                "..(appraisal|eventlog|explanation|uki|ekcert|token|challenge|keys|problem|database)..")
            .should()
            .beFreeOfCycles()
            .as("the foundations do not turn back on each other"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theProductKeepsTheRule(ArchRule rule) {
    rule.check(PRODUCT);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aPlantedOffenderBreaksTheRule(ArchRule rule) {
    assertThat(rule.evaluate(OFFENDERS).hasViolation()).as(rule.getDescription()).isTrue();
  }

  private static ArchCondition<JavaClass> livesInANullMarkedPackage() {
    return new ArchCondition<>("live in a package marked @NullMarked") {
      @Override
      public void check(JavaClass subject, ConditionEvents events) {
        boolean marked = subject.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(
            new SimpleConditionEvent(
                subject, marked, subject.getFullName() + " lives in " + subject.getPackageName()));
      }
    };
  }

  private static String in(String feature) {
    return "io.fleetverifier.." + feature + "..";
  }
}
