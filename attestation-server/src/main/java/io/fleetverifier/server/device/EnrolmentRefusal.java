// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.Map;

/** Why an enrolment is refused. The names travel (docs/reference/protocol.md, section 4). */
public enum EnrolmentRefusal {
  AK_UNSUITABLE("the attestation key breaks a rule"),
  EK_UNSUITABLE("an endorsement key is of no known template, is no valid key, or is given twice"),
  EK_CERTIFICATE_MISMATCH("a certificate is not for the key that it came with"),
  EK_DENIED("a deny list names an endorsement key, its certificate, its CA or its firmware"),
  EK_REVOKED("the vendor has revoked the certificate of an endorsement key"),
  EK_SET_INCOMPLETE("endorsement keys L-1 and L-2 are both asked for"),
  TOKEN_INVALID("the enrolment token is not authentic, or expired, or was used"),
  ACTIVATION_FAILED("the proof of activation is wrong"),
  AK_CHANGED("these endorsement keys are enrolled with another attestation key"),
  EK_SET_CONFLICT("these keys are only partly known, or belong to several devices"),
  DEVICE_REVOKED("these endorsement keys belong to a device that was revoked or removed"),
  JOIN_TOKEN_INVALID("the join token is unknown, expired or used up"),
  NOT_ADMITTED("no group accepts this device"),
  ADMISSION_BUSY("too many devices wait for approval");

  private final String sentence;

  EnrolmentRefusal(String sentence) {
    this.sentence = sentence;
  }

  /** The problem that answers it. */
  public ProblemException problem() {
    return problem(sentence);
  }

  /** The same with a sentence that tells more; it must not repeat what the device sent. */
  ProblemException problem(String detail) {
    return new ProblemException(ProblemCode.ENROLMENT_REFUSED, detail, Map.of("reason", name()));
  }
}
