// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

/** No useful answer came from the server. */
public abstract sealed class ServerException extends RuntimeException
    permits ServerProblemException, ServerUnreachableException {

  private static final long serialVersionUID = 1L;

  ServerException(String message) {
    super(message);
  }
}
