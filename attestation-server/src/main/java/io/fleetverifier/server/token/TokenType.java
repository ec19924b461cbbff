// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

/** What a sealed token is for. The number is part of the token and of its key. */
public enum TokenType {
  CHALLENGE(1),
  ENROLMENT(2);

  private final byte number;

  TokenType(int number) {
    this.number = (byte) number;
  }

  byte number() {
    return number;
  }
}
