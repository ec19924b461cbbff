// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.Problem;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.server.cli.Inspect;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.wire.WireMessages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.mock.web.MockHttpServletRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Documents in JSON. */
final class JsonTargets {

  private static final List<Class<?>> BODIES =
      List.of(
          AttestationRequest.class,
          ChallengeRequest.class,
          EnrolmentRequest.class,
          EnrolmentProof.class);

  private static final List<Class<?>> ANSWERS =
      List.of(
          AttestationAnswer.class,
          Challenge.class,
          EnrolmentChallenge.class,
          EnrolmentResult.class,
          Problem.class,
          Release.class);

  private JsonTargets() {}

  static void claims(Bytes input) {
    lenient(input, Claims.class);
  }

  /** What servers answer, as a device reads it. */
  static void answers(Bytes input) {
    ANSWERS.forEach(kind -> lenient(input, kind));
  }

  private static void lenient(Bytes input, Class<?> kind) {
    Object message;
    try {
      message = WireJson.lenient().readValue(input.toArray(), kind);
    } catch (JacksonException declared) {
      return;
    }
    if (message != null) {
      rewritten(message);
    }
  }

  /** What devices send, as the server reads it. */
  static void bodies(Bytes input) throws IOException {
    for (Class<?> kind : BODIES) {
      MockHttpServletRequest request = new MockHttpServletRequest();
      request.setContent(input.toArray());
      try {
        rewritten(WireMessages.read(request, kind));
      } catch (ProblemException declared) {
        Rules.saysWhy(declared);
      }
    }
  }

  /** A message has many spellings; it is the same message in the one of our own. */
  private static void rewritten(Object message) {
    JsonMapper mapper = WireJson.strict();
    Object again = mapper.readValue(mapper.writeValueAsBytes(message), message.getClass());
    if (!message.equals(again)) {
      throw new AssertionError("read " + message + ", written and read again " + again);
    }
  }

  /** The program prints one report or one refusal. */
  static void inspectQuote(Bytes input) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
    Path file = FileTargets.write(input.toArray());
    Clock clock = Clock.fixed(Instant.parse("2027-06-01T00:00:00Z"), ZoneOffset.UTC);
    int exit = new Inspect(stream, stream, clock).run(List.of("quote", file.toString()));
    stream.flush();
    Rules.that(exit == 0 || exit == 3, "exit code " + exit);
    JsonMapper.shared().readTree(out.toByteArray());
  }
}
