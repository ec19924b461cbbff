// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with an input, so that the caller is told everything at once. */
public final class Violations {

  /**
   * One thing that is wrong, in the body or in a parameter.
   *
   * @param pointer JSON pointer (RFC 6901) into the body
   * @param parameter name of a parameter
   */
  public record Violation(@Nullable String pointer, @Nullable String parameter, String detail) {}

  private final List<Violation> found = new ArrayList<>();

  /** Adds one in the body. */
  public void add(String pointer, String detail) {
    found.add(new Violation(pointer, null, detail));
  }

  /** Adds one in a parameter. */
  public void addOfParameter(String parameter, String detail) {
    found.add(new Violation(null, parameter, detail));
  }

  /** Adds one in the body unless the condition holds. */
  public void unless(boolean condition, String pointer, String detail) {
    if (!condition) {
      add(pointer, detail);
    }
  }

  /**
   * Ends the request if anything was found.
   *
   * @throws ProblemException invalid
   */
  public void refuse() {
    if (!found.isEmpty()) {
      throw problem(List.copyOf(found));
    }
  }

  /** The problem of one violation in the body. */
  public static ProblemException of(String pointer, String detail) {
    return problem(List.of(new Violation(pointer, null, detail)));
  }

  /** The problem of one violation in a parameter. */
  public static ProblemException ofParameter(String parameter, String detail) {
    return problem(List.of(new Violation(null, parameter, detail)));
  }

  private static ProblemException problem(List<Violation> errors) {
    return new ProblemException(
        ProblemCode.INVALID, "Some values are not valid.", Map.of("errors", errors));
  }
}
