// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

/**
 * At none of its addresses did the server give an answer that this protocol knows. What went wrong
 * at each address is among the suppressed exceptions.
 */
public final class ServerUnreachableException extends ServerException {

  private static final long serialVersionUID = 1L;

  public ServerUnreachableException(String message) {
    super(message);
  }
}
