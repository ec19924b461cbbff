// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A body that a controller reads as a stream ended early, came too slowly, or was too large. */
public final class UnreadableBodyException extends UncheckedIOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param cause what reading the request's stream threw
   */
  public UnreadableBodyException(IOException cause) {
    super(cause);
  }
}
