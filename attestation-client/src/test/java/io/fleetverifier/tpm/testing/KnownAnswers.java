// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The values of {@code known-answers.properties}, which tells where they come from. */
public final class KnownAnswers {

  private static final Properties ALL = load();

  private KnownAnswers() {}

  /** The value of this key; a key that is not in the file is an error. */
  public static Bytes bytes(String key) {
    String hex = ALL.getProperty(key);
    if (hex == null) {
      throw new IllegalArgumentException("no known answer: " + key);
    }
    return Bytes.fromHex(hex);
  }

  public static SecretBytes secret(String key) {
    return SecretBytes.copyOf(bytes(key).toArray());
  }

  /** Counting octets: {@code first}, {@code first + 1} and so on to {@code last}. */
  public static Bytes counting(int first, int last) {
    byte[] octets = new byte[last - first + 1];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (first + i);
    }
    return Bytes.copyOf(octets);
  }

  private static Properties load() {
    try (InputStream in =
        KnownAnswers.class.getResourceAsStream("/io/fleetverifier/tpm/known-answers.properties")) {
      if (in == null) {
        throw new IllegalStateException("known-answers.properties is not on the class path");
      }
      Properties all = new Properties();
      all.load(in);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
