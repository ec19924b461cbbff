// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import java.io.IOException;

/** A body went past the bound of its path. */
final class BodyTooLargeException extends IOException {

  private static final long serialVersionUID = 1L;

  BodyTooLargeException() {
    super("the request body is too large");
  }
}
