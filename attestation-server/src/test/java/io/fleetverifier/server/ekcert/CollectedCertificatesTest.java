// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.EkVerdict.Endorsed;
import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.tpm.TpmtPublic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Certificates of real chips, clouds and simulators, against the roots of their makers. */
class CollectedCertificatesTest {

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static Path folder() {
    return EvidenceFolder.collection("ekcerts");
  }

  private static EkCertificateVerifier verifier() {
    try {
      return new EkCertificateVerifier(
          VendorRoots.load(folder().resolve("ca")), EkPolicy.standard());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static EkVerdict verify(String file) {
    return verifier().verify(EvidenceFolder.bytes(folder().resolve(file)), List.of(), NOW);
  }

  private static String summary(EkVerdict verdict) {
    return switch (verdict) {
      case Endorsed endorsed ->
          "endorsed "
              + endorsed.identity().manufacturer()
              + " "
              + endorsed.identity().model()
              + " "
              + endorsed.certificate().keyLabel();
      case Refused refused -> refused.code().name();
    };
  }

  @Test
  void everyCertificateIsJudgedAsItsDescriptionSays() {
    Map<String, String> expected =
        new TreeMap<>(
            Map.ofEntries(
                Map.entry("gce-cos85-ak-rsa.der", "KEY_USAGE"),
                Map.entry("gce-uca-ecc-enc.der", "endorsed GOOG vTPM P-256"),
                Map.entry("gce-uca-rsa-sign.der", "KEY_USAGE"),
                Map.entry("hirs-ek-padded-bytes.cer", "UNTRUSTED_ISSUER"),
                Map.entry("hirs-identity-cert.der", "NOT_AN_EK"),
                Map.entry("ifx-slb9670.der", "endorsed IFX SLB 9670 TPM2.0 RSA-2048"),
                Map.entry("intel-platform-attribute-cert.der", "ATTRIBUTE_CERTIFICATE"),
                Map.entry("nuvoton-badset-keylime.der", "endorsed NTC NPCT75x RSA-2048"),
                Map.entry("oaep-oid-ab21ccf2.der", "WEAK_SIGNATURE"),
                Map.entry("oaep-oid-nuc2.der", "WEAK_SIGNATURE"),
                Map.entry("smallstep-encoded-default.der", "endorsed INTC SPT RSA-2048"),
                Map.entry("stm-st33htphahb4-rsa.der", "endorsed STM ST33HTPHAHB4 RSA-2048"),
                Map.entry("stm-st33htphahe0.der", "endorsed STM ST33HTPHAHE0 RSA-2048"),
                Map.entry("stm-thinkpad-t490.der", "endorsed STM ST33HTPHAHC0 RSA-2048"),
                Map.entry("swtpm-a.der", "UNTRUSTED_ISSUER"),
                Map.entry("swtpm-ecc384.der", "UNTRUSTED_ISSUER"),
                Map.entry("tcg-test-ecc384.der", "UNTRUSTED_ISSUER")));
    EkCertificateVerifier verifier = verifier();
    Map<String, String> judged = new TreeMap<>();
    for (Path file : EvidenceFolder.files(folder())) {
      judged.put(
          file.getFileName().toString(),
          summary(verifier.verify(EvidenceFolder.bytes(file), List.of(), NOW)));
    }
    assertThat(judged).isEqualTo(expected);
  }

  @Test
  void withoutRootsNobodyIsTrusted() {
    EkCertificateVerifier nobody =
        new EkCertificateVerifier(VendorRoots.none(), EkPolicy.standard());
    for (Path file : EvidenceFolder.files(folder())) {
      assertThat(nobody.verify(EvidenceFolder.bytes(file), List.of(), NOW))
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void paddingIsCutOffAndTheCertificateRead() {
    EkCertificate certificate = verify("hirs-ek-padded-bytes.cer").read().orElseThrow();
    assertThat(certificate.identity().orElseThrow().model()).isEqualTo("NPCT6xx");
    assertThat(certificate.keyLabel()).isEqualTo("RSA-2048");
    assertThat(certificate.encryptionOnly()).isTrue();
    assertThat(certificate.findings())
        .extracting(EkFinding::code)
        .containsExactly(EkFinding.Code.PADDING);
  }

  @Test
  void oldChipsSignedWithSha1CountOnceTheirIssuerIsPinnedForThat() {
    Bytes issuer = EvidenceFolder.bytes(folder().resolve("ca/stm-rsa-02i.der")).sha256();
    EkPolicy standard = EkPolicy.standard();
    EkPolicy pinned =
        new EkPolicy(
            standard.expired(),
            standard.revocation(),
            standard.makers(),
            Set.of(issuer),
            standard.denied());
    try {
      EkCertificateVerifier verifier =
          new EkCertificateVerifier(VendorRoots.load(folder().resolve("ca")), pinned);
      EkVerdict verdict =
          verifier.verify(
              EvidenceFolder.bytes(folder().resolve("oaep-oid-nuc2.der")), List.of(), NOW);
      assertThat(summary(verdict)).isEqualTo("endorsed STM ST33ZP24PVSP RSA-2048");
      assertThat(verdict.findings()).extracting(EkFinding::code).contains(EkFinding.Code.EXPIRED);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCertificateFitsOnlyTheChipThatItIsOf() {
    String area =
        JsonMapper.shared()
            .readTree(
                EvidenceFolder.text(
                    EvidenceFolder.collection("quotes").resolve("safeboot-thinkpad-t490.json")))
            .path("ekPublicTpmt")
            .asString();
    TpmtPublic key = TpmtPublic.decode(Bytes.copyOf(Base64.getDecoder().decode(area)).slice(2));
    Bytes own = EvidenceFolder.bytes(folder().resolve("stm-thinkpad-t490.der"));
    Bytes other = EvidenceFolder.bytes(folder().resolve("stm-st33htphahe0.der"));
    assertThat(verifier().verify(own, key, List.of(), NOW)).isInstanceOf(Endorsed.class);
    assertThat(verifier().verify(other, key, List.of(), NOW))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(EkRefusal.KEY_MISMATCH));
  }
}
