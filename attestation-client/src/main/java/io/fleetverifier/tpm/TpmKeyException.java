// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/** The public area holds no key that may be used. */
public final class TpmKeyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final KeyProblem problem;

  public TpmKeyException(KeyProblem problem) {
    super("the key of the public area must not be used: " + problem);
    this.problem = problem;
  }

  public KeyProblem problem() {
    return problem;
  }
}
