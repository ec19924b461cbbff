// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

/** A message carries a protocol number that is not spoken here. */
public final class UnsupportedProtocolException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public UnsupportedProtocolException(int number) {
    super("protocol " + number + " is not spoken here");
  }
}
