// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.client.Outcome;
import io.fleetverifier.client.ServerProblemException;
import io.fleetverifier.client.ServerUnreachableException;
import io.fleetverifier.client.TpmUnusableException;
import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.command.TpmResponseException;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.transport.TpmIoException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why something was not done.
 *
 * @param code one stable word, or several with commas between them
 * @param sentence for people, without a secret
 * @param exit what the program ends with, if it ends on this
 */
record Finding(String code, String sentence, ExitCode exit) {

  /** Of a machine that is set up wrongly. */
  static Finding local(String code, String sentence) {
    return new Finding(code, sentence, ExitCode.LOCAL);
  }

  /** Of an answer that is not what was asked for. */
  static Finding of(Outcome outcome) {
    String codes = String.join(",", outcome.reasons());
    if (!outcome.isTrusted()) {
      return new Finding(
          codes.isEmpty() ? "UNTRUSTED" : codes,
          "the server does not trust this boot",
          ExitCode.UNTRUSTED);
    }
    return new Finding(
        codes.isEmpty() ? "NOT_RELEASED" : codes,
        "the boot is trusted, yet the server does not do what was asked for",
        ExitCode.REFUSED);
  }

  /** Of a failed try. */
  static Finding of(RuntimeException failure) {
    String sentence = String.valueOf(failure.getMessage());
    return switch (failure) {
      case ServerProblemException e -> ofProblem(e, sentence);
      case ServerUnreachableException e ->
          isTls(e)
              ? new Finding("TLS_REFUSED", sentence, ExitCode.TLS)
              : new Finding("SERVER_UNREACHABLE", sentence, ExitCode.UNREACHABLE);
      case ReleaseRefusedException e ->
          new Finding("RELEASE_REFUSED", sentence, ExitCode.UNTRUSTED);
      case TpmUnusableException e -> new Finding(e.why().name(), sentence, ExitCode.TPM);
      case TpmIoException e -> new Finding("TPM_SILENT", sentence, ExitCode.TPM);
      case TpmCommandException e -> new Finding("TPM_REFUSES", sentence, ExitCode.TPM);
      case TpmResponseException e -> new Finding("TPM_ANSWER_WRONG", sentence, ExitCode.TPM);
      case TpmDecodeException e -> new Finding("TPM_ANSWER_WRONG", sentence, ExitCode.TPM);
      default -> local("FAULT", "a fault of this program: " + failure);
    };
  }

  private static Finding ofProblem(ServerProblemException e, String sentence) {
    String code = e.reason().orElse(e.code());
    ExitCode exit =
        switch (e.code()) {
          case "not-enrolled", "enrolment-refused" -> ExitCode.REFUSED;
          case "unverifiable" -> ExitCode.UNTRUSTED;
          case "malformed", "too-large", "unsupported-media-type", "unsupported-protocol" ->
              ExitCode.LOCAL;
          default -> ExitCode.UNREACHABLE;
        };
    return new Finding(code, sentence, exit);
  }

  /** Whether at every address it was TLS that failed. */
  private static boolean isTls(ServerUnreachableException e) {
    List<Throwable> failures = Arrays.asList(e.getSuppressed());
    return !failures.isEmpty() && failures.stream().allMatch(Finding::comesOfTls);
  }

  private static boolean comesOfTls(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return true;
      }
    }
    return false;
  }
}
