// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import io.fleetverifier.bytes.Bytes;
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

  /** The tag of an answer that has no version of its own: of all that a record's members say. */
  public static String ofContent(Object body) {
    return "\"" + Bytes.utf8(body.toString()).sha256().toBase64Url() + "\"";
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
