// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static io.fleetverifier.server.attestation.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.server.challenge.Challenges;
import io.fleetverifier.server.problem.ProblemCode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Every single bit of an answer that would be trusted, flipped: nothing is ever trusted, written or
 * spent, and at the end the answer as it was is still good, once.
 */
@AttestationTest
class TamperedAnswersTest {
  @Autowired AttestationService service;
  @Autowired Challenges challenges;
  @Autowired Fleet fleet;
  @Autowired JdbcClient jdbc;

  private TestDevice device;
  private Attempt attempt;
  private AttestationRequest good;
  private Map<String, @Nullable Object> before;

  @BeforeEach
  void makeAnAnswerThatWouldBeTrusted() {
    device = fleet.knownDevice();
    device.provisionWith(service);
    attempt = device.unlock();
    good = attempt.request();
    before = device.written();
  }

  @Test
  void noBitOfTheTokenCanBeChanged() {
    everyBitOf(
        good.token(),
        ProblemCode.CHALLENGE_EXPIRED,
        token -> request(token, good.claims(), good.quote(), good.signature(), good.pcrValues()));
  }

  /** must-fail 4: one bit of what the device says, its release key included. */
  @Test
  void noBitOfTheClaimsCanBeChanged() {
    everyBitOf(
        good.claims(),
        ProblemCode.UNVERIFIABLE,
        claims -> request(good.token(), claims, good.quote(), good.signature(), good.pcrValues()));
  }

  @Test
  void noBitOfTheQuoteCanBeChanged() {
    everyBitOf(
        good.quote(),
        ProblemCode.UNVERIFIABLE,
        quote -> request(good.token(), good.claims(), quote, good.signature(), good.pcrValues()));
  }

  /** must-fail 20: one bit of the signature. */
  @Test
  void noBitOfTheSignatureCanBeChanged() {
    everyBitOf(
        good.signature(),
        ProblemCode.UNVERIFIABLE,
        signature ->
            request(good.token(), good.claims(), good.quote(), signature, good.pcrValues()));
  }

  @Test
  void noBitOfAPcrValueCanBeChanged() {
    Bytes all = Bytes.concat(good.pcrValues().values().toArray(Bytes[]::new));
    everyBitOf(
        all,
        ProblemCode.UNVERIFIABLE,
        values ->
            request(
                good.token(), good.claims(), good.quote(), good.signature(), pcrValues(values)));
  }

  private void everyBitOf(
      Bytes original, ProblemCode code, Function<Bytes, AttestationRequest> request) {
    for (int bit = 0; bit < original.size() * 8; bit++) {
      AttestationRequest flipped = request.apply(flip(original, bit));
      assertProblem(code, () -> service.attest(flipped, Attempt.SOURCE));
    }
    assertThat(device.written()).isEqualTo(before);
    assertThat(spent()).isFalse();
    assertThat(device.opened(attempt, attempt.sendTo(service))).containsOnlyKeys("root");
    assertThat(spent()).isTrue();
    assertProblem(ProblemCode.CHALLENGE_EXPIRED, () -> attempt.sendTo(service));
  }

  private boolean spent() {
    return jdbc.sql("SELECT EXISTS (SELECT FROM redemption WHERE nonce = :nonce)")
        .param("nonce", challenges.open(good.token()).nonce().toArray())
        .query(Boolean.class)
        .single();
  }

  private AttestationRequest request(
      Bytes token, Bytes claims, Bytes quote, Bytes signature, Map<String, Bytes> pcrValues) {
    return new AttestationRequest(1, token, claims, quote, signature, pcrValues, good.logs());
  }

  private Map<String, Bytes> pcrValues(Bytes all) {
    Map<String, Bytes> values = new TreeMap<>();
    int at = 0;
    for (String pcr : good.pcrValues().keySet()) {
      values.put(pcr, all.slice(at, at + 32));
      at += 32;
    }
    return values;
  }

  private static Bytes flip(Bytes bytes, int bit) {
    byte[] octets = bytes.toArray();
    octets[bit / 8] ^= (byte) (1 << bit % 8);
    return Bytes.copyOf(octets);
  }
}
