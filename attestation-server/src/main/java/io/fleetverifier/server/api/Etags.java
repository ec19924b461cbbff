// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** Strong entity tags made of a row's version, and the precondition that rests on them. */
public final class Etags {

  private Etags() {}

  /** The tag of this version of a row. */
  public static String of(long version) {
    return "\"" + version + "\"";
  }

  /**
   * Ends a write that was not made for the present version of its row.
   *
   * @param ifMatch the header If-Match
   * @throws ProblemException precondition-required when absent, precondition-failed when stale
   */
  public static void require(@Nullable String ifMatch, long version) {
    if (ifMatch == null) {
      throw new ProblemException(
          ProblemCode.PRECONDITION_REQUIRED, "send the ETag of what you saw as If-Match");
    }
    if (!ifMatch.equals("*") && !ifMatch.equals(of(version))) {
      throw new ProblemException(
          ProblemCode.PRECONDITION_FAILED, "it has changed since; read it again");
    }
  }
}
