// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

/**
 * A message breaks a bound of the protocol. Its sentence is one of this package: it names the
 * member, never the value, so it may be told to whoever sent the message.
 */
public final class MalformedMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String sentence) {
    super(sentence);
  }
}
