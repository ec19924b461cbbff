// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

/** The time given for an attempt is over. */
public final class DeadlineException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells the last failure.
   *
   * @param why for people, without a secret
   */
  public DeadlineException(String why) {
    super("given up: " + why);
  }
}
