// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every target over fixed inputs: right ones, mutations of them, and all that was ever found. */
class FuzzRegressionTest {

  private static final Path FOUND = Path.of("src/test/resources/fuzz");
  private static final int MOST_MUTATIONS = 2_000;
  private static final long MOST_OCTETS = 2L << 20;

  static List<Target> targets() {
    return Targets.all();
  }

  /** must-fail 30: two gigabytes claimed, PCR 255, nesting, loops: whatever was ever found. */
  @ParameterizedTest
  @MethodSource("targets")
  void whatWasEverFoundStaysMended(Target target) {
    Path folder = FOUND.resolve(target.name());
    if (Files.isDirectory(folder)) {
      target.warmUp(Seeds.of(target.name()));
      for (Path file : EvidenceFolder.files(folder)) {
        target.play(EvidenceFolder.bytes(file).toArray());
      }
    }
  }

  /** must-fail 30: a decoder answers or refuses, in bounded time and memory. */
  @ParameterizedTest
  @MethodSource("targets")
  void mutationsOfRightInputsBreakNoRule(Target target) {
    List<Bytes> seeds = Seeds.of(target.name());
    assertThat(seeds).isNotEmpty();
    target.warmUp(seeds);
    seeds.forEach(seed -> target.play(seed.toArray()));
    Mutator mutator = new Mutator(seeds, 20261124);
    long octets = 0;
    for (int i = 0; i < MOST_MUTATIONS && octets < MOST_OCTETS; i++) {
      byte[] input = mutator.next();
      octets += input.length;
      target.play(input);
    }
  }

  @Test
  void aFolderOfFoundInputsIsThatOfATarget() throws Exception {
    List<String> names = Targets.all().stream().map(Target::name).toList();
    assertThat(names).doesNotHaveDuplicates();
    try (var folders = Files.list(FOUND)) {
      assertThat(folders.filter(Files::isDirectory).map(f -> f.getFileName().toString()).toList())
          .isSubsetOf(names);
    }
  }

  @Test
  void aTargetThatBreaksARuleIsCaught() {
    caught(input -> input.at(0));
    caught(input -> Rules.same(input, Bytes.of(1)));
    caught(input -> assertThat(new byte[8 << 20]).isNotEmpty());
    caught(input -> {
      throw new StackOverflowError();
    });
    caught(input -> {
      long end = cpuTime() + Target.LONGEST.plusMillis(50).toNanos();
      while (cpuTime() < end) {
        input.sha256();
      }
    });
  }

  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void caught(Target.Body body) {
    Target broken = new Target("broken", 1, body);
    assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> broken.play(new byte[0]));
  }
}
