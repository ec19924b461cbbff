// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.offenders.transport;

import io.fleetverifier.offenders.boot.Program;
import java.nio.file.Path;

/** Planted: this layer reaches up to the program, opens files, and shows its fields. */
public class Leak {
  static String state = "mutable and shared";
  public final Path file = Path.of(Program.NAME + state);
}
