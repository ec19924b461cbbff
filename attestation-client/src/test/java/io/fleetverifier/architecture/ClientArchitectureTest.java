// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The walls between the packages of this module, drawn once. Each rule is tried twice: the product
 * keeps it, and the planted offenders in {@code io.fleetverifier.offenders} break it, so a rule
 * that can no longer fire fails here.
 */
class ClientArchitectureTest {
  private static final String ROOT = "io.fleetverifier..";
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.fleetverifier");
  private static final JavaClasses OFFENDERS =
      new ClassFileImporter().importPackages("io.fleetverifier.offenders");

  static Stream<ArchRule> rules() {
    return Stream.of(
        leaf("bytes", "java.."),
        leaf("tpm", "java..", "javax.crypto..", "io.fleetverifier.bytes.."),
        leaf("protocol", "java..", "javax.crypto..", "io.fleetverifier.bytes.."),
        leaf(
            "command",
            "java..",
            "javax.crypto..",
            "io.fleetverifier.bytes..",
            "io.fleetverifier.tpm..",
            "io.fleetverifier.transport.."),
        leaf("transport", "java..", "io.fleetverifier.bytes.."),
        leaf(
            "json",
            "java..",
            "tools.jackson..",
            "com.fasterxml.jackson.annotation..",
            "io.fleetverifier.bytes.."),
        leaf("luks", "java..", "tools.jackson..", "io.fleetverifier.bytes.."),
        noClasses()
            .that()
            .resideInAnyPackage(in("bytes"), in("tpm"), in("protocol"), in("command"), in("json"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.file..", "java.util.logging..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching(
                "java\\.io\\.(File|FileInputStream|FileOutputStream|RandomAccessFile|PrintStream)"),
        // Keys, salts and nonces come from the system's generator; nobody seeds it.
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom|random\\.RandomGeneratorFactory)")
            .orShould()
            .callMethod(SecureRandom.class, "setSeed", long.class)
            .orShould()
            .callMethod(SecureRandom.class, "setSeed", byte[].class)
            .orShould()
            .callMethod(Math.class, "random"),
        noClasses()
            .that()
            .resideOutsideOfPackages(in("boot"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(in("boot")),
        fields()
            .that()
            .areNotStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage(ROOT)
            .should()
            .notBePublic(),
        fields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage(ROOT)
            .should()
            .beFinal());
  }

  /** must-fail 1, among others: the last rule bars generators that somebody seeds. */
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

  private static ArchRule leaf(String layer, String... allowed) {
    String[] packages = new String[allowed.length + 2];
    packages[0] = in(layer);
    packages[1] = "org.jspecify..";
    System.arraycopy(allowed, 0, packages, 2, allowed.length);
    return classes()
        .that()
        .resideInAPackage(in(layer))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(packages);
  }

  private static String in(String layer) {
    return "io.fleetverifier.." + layer + "..";
  }
}
