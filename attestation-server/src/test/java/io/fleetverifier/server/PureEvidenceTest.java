// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What reads evidence is plain Java: it can be used, and tried, without a server. */
class PureEvidenceTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.fleetverifier.server");

  @Test
  void readersOfEvidenceKnowNoServerNoDatabaseAndNoJson() {
    noClasses()
        .that()
        .resideInAnyPackage("..server.eventlog..", "..server.uki..", "..server.ekcert..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..",
            "jakarta..",
            "java.sql..",
            "javax.sql..",
            "tools.jackson..",
            "com.fasterxml..",
            "org.slf4j..",
            "io.fleetverifier.protocol..",
            "io.fleetverifier.server.cli..")
        .check(CLASSES);
  }

  @Test
  void programsThatNeedNoServerLoadNothingOfSpring() {
    noClasses()
        .that()
        .resideInAPackage("..server.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "tools.jackson.databind..", "jakarta..")
        .check(CLASSES);
  }
}
