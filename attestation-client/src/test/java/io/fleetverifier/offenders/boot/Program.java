// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.offenders.boot;

/** Planted: what lower layers must not reach. */
public class Program {
  public static final String NAME = Program.class.getSimpleName();
}
