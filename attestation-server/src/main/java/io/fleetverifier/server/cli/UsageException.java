// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

/** A command line that asks for nothing known. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
