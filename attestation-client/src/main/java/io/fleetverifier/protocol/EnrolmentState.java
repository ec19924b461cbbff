// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

/** Where an enrolment stands after the proof. */
public enum EnrolmentState {
  ENROLLED("enrolled"),
  /** Waits for a person who compares the EK code. */
  PENDING("pending");

  private final String wire;

  EnrolmentState(String wire) {
    this.wire = wire;
  }

  /** The word on the wire. */
  @Override
  public String toString() {
    return wire;
  }
}
