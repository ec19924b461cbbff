// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.endorsed;
import static io.fleetverifier.server.ekcert.Judged.refused;
import static io.fleetverifier.server.ekcert.Judged.trusting;

import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same hash counts alike under each padding of RSA, on a chip's certificate and on a CA's. */
class SignatureStrengthTest {

  private static final TestCa ROOT =
      TestCa.root(
          new X500Name("CN=RSA"), TestCa.pair("RSA", 2048), ca -> ca.algorithm = "SHA256withRSA");
  private static final EkCertificateVerifier VERIFIER =
      new EkCertificateVerifier(trusting(ROOT), EkPolicy.standard());

  private static EkVerdict leaf(String algorithm) {
    return VERIFIER.verify(ROOT.issue(leaf -> leaf.algorithm = algorithm), List.of(), NOW);
  }

  private static EkVerdict intermediate(String algorithm) {
    TestCa sent = ROOT.below("CN=Sent", ca -> ca.algorithm = algorithm);
    return VERIFIER.verify(sent.issue(), List.of(sent.der()), NOW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA1withRSA", "SHA1withRSAandMGF1", "SHA224withRSAandMGF1"})
  void aWeakHashIsNotEnough(String algorithm) {
    refused(EkRefusal.WEAK_SIGNATURE, leaf(algorithm));
    refused(EkRefusal.WEAK_SIGNATURE, intermediate(algorithm));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHA256withRSA",
        "SHA256withRSAandMGF1",
        "SHA384withRSAandMGF1",
        "SHA512withRSAandMGF1",
        "SHA3-256withRSAandMGF1"
      })
  void aStrongHashIsEnough(String algorithm) {
    endorsed(leaf(algorithm));
    endorsed(intermediate(algorithm));
  }
}
