// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.explanation.ExpectedBoot;
import io.fleetverifier.server.explanation.KnownImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is on record of the boot that a baseline version stands for.
 *
 * @param image that its values were foretold from
 * @param log of a boot that met it
 */
public record KnownBoot(@Nullable KnownImage image, @Nullable GoodBoot log) {

  /** Where a log comes from. */
  public enum Source {
    VERSION_LOG("version-log"),
    OWN_BOOT("own-boot"),
    GROUP_BOOT("group-boot");

    private final String word;

    Source(String word) {
      this.word = word;
    }
  }

  /**
   * A boot that met the version.
   *
   * @param values that were quoted with the log; empty where no evidence came with it
   */
  public record GoodBoot(Source source, Replay replay, Map<Integer, Bytes> values) {}

  /** The words in explanations. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (image != null) {
      words.add("image");
    }
    if (log != null) {
      words.add(log.source().word);
    }
    return words;
  }

  /**
   * The same, held against the values that the version demands.
   *
   * @param values of the version, by register
   */
  ExpectedBoot against(Map<Integer, Bytes> values) {
    if (log == null) {
      return new ExpectedBoot(Optional.empty(), Optional.ofNullable(image));
    }
    Map<Integer, Bytes> all = new HashMap<>(log.values());
    all.putAll(values);
    return new ExpectedBoot(
        ExpectedBoot.ofLog(log.replay(), all).log(), Optional.ofNullable(image));
  }
}
