// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Recorded evidence of real machines. The boots recorded for this project are test resources; the
 * larger collection from public sources lies in a folder that the system property {@code
 * fv.evidence} names, because its files keep the licences of their origins.
 */
public final class EvidenceFolder {

  private static final String PROPERTY = "fv.evidence";

  private EvidenceFolder() {}

  /**
   * A folder of the collection; the test is aborted, and so listed, where no collection is named.
   */
  public static Path collection(String folder) {
    String place = System.getProperty(PROPERTY);
    Assumptions.assumeTrue(
        place != null,
        "not run: name the evidence collection with -D" + PROPERTY + "=FOLDER to run this test");
    Path path = Path.of(Objects.requireNonNull(place)).resolve(folder);
    Assertions.assertThat(place).as("-D" + PROPERTY + " is set but empty").isNotEmpty();
    Assertions.assertThat(path).as("evidence named by -D" + PROPERTY).exists();
    return path;
  }

  /** All files directly in the folder, in the order of their names; none at all fails the test. */
  public static List<Path> files(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files = entries.filter(Files::isRegularFile).sorted().toList();
      Assertions.assertThat(files).as("files in " + folder).isNotEmpty();
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of a recorded boot, such as {@code boot("a-baseline", "nonce.hex")}. */
  public static Path boot(String set, String file) {
    URL url = EvidenceFolder.class.getResource("/evidence/boots/" + set + "/" + file);
    try {
      return Path.of(Objects.requireNonNull(url, set + "/" + file).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static Bytes bytes(Path file) {
    try {
      return Bytes.copyOf(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(Path file) {
    return new String(bytes(file).toArray(), StandardCharsets.UTF_8);
  }
}
