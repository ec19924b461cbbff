// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

/** What a version was made from. */
enum Origin {
  TYPED("typed"),
  CAPTURE("capture"),
  EVENT_LOG("event-log"),
  IMAGE("image");

  private final String word;

  Origin(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
