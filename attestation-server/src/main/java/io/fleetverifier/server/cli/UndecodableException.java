// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

/** Input of which nothing can be reported because it cannot be decoded. */
final class UndecodableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  UndecodableException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** A stable code. */
  String code() {
    return code;
  }
}
