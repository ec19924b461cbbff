// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

/** On what ground a device counts as one of the fleet. */
public enum Ours {
  REGISTERED("registered"),
  JOIN_TOKEN("join-token"),
  APPROVAL("approval");

  private final String word;

  Ours(String word) {
    this.word = word;
  }

  /** The word in rows and answers. */
  public String word() {
    return word;
  }
}
