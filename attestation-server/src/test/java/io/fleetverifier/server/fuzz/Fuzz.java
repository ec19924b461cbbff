// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the fuzzer Jazzer calls: once with the target's name, then with one input after another. */
public final class Fuzz {

  private static @Nullable Target target;

  private Fuzz() {}

  /** Chooses the target; its fixed inputs are played first, so that no class is loaded later. */
  public static void fuzzerInitialize(String[] arguments) {
    Target chosen = Targets.named(arguments[0]).instrumented();
    chosen.warmUp(Seeds.of(chosen.name()));
    target = chosen;
  }

  /** Plays one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Objects.requireNonNull(target).play(input);
  }
}
