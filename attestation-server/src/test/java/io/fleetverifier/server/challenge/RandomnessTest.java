// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nonces, keys and credentials come from the operating system's generator, and nobody seeds it. */
class RandomnessTest {
  private static final Set<String> WEAK =
      Set.of(
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.random.RandomGenerator");

  private static final ArchRule ONLY_THE_SYSTEMS_GENERATOR =
      noClasses()
          .should()
          .accessTargetWhere(
              DescribedPredicate.describe(
                  "draws from a weak generator, or seeds one", RandomnessTest::isWeak))
          .allowEmptyShould(false);

  private static boolean isWeak(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getFullName();
    String name = access.getTarget().getName();
    return WEAK.contains(owner)
        || (owner.equals("java.lang.Math") && name.equals("random"))
        || (owner.equals("java.security.SecureRandom")
            && (name.equals("setSeed") || name.equals("getInstance")));
  }

  /** must-fail 1: a seeded or weak generator fails the build. */
  @Test
  void noProductCodeHasAnotherSourceOfRandomness() {
    JavaClasses product =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.fleetverifier.server");

    ONLY_THE_SYSTEMS_GENERATOR.check(product);
  }

  @Test
  void theRuleSeesAnOffender() {
    JavaClasses offenders =
        new ClassFileImporter().importClasses(Seeding.class, TimeSeeded.class, Fixed.class);

    assertThat(ONLY_THE_SYSTEMS_GENERATOR.evaluate(offenders).getFailureReport().getDetails())
        .anyMatch(line -> line.contains("Seeding"))
        .anyMatch(line -> line.contains("TimeSeeded"))
        .anyMatch(line -> line.contains("Fixed"));
  }

  static final class Seeding {
    void seed(SecureRandom random) {
      random.setSeed(1);
    }
  }

  static final class TimeSeeded {
    int draw() {
      return new Random(System.nanoTime()).nextInt();
    }
  }

  static final class Fixed {
    double draw() {
      return Math.random();
    }
  }
}
