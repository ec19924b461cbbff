// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

/** Ends the program with a sentence for people and an exit code for scripts. */
final class ProgramException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode code;

  ProgramException(ExitCode code, String sentence) {
    super(sentence);
    this.code = code;
  }

  ProgramException(ExitCode code, String sentence, Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  ExitCode code() {
    return code;
  }
}
