// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What another implementation of the TPM wrote, read by this one. See recorded/ORIGIN.md. */
class RecordedEvidenceTest {

  @ParameterizedTest
  @ValueSource(strings = {"ak-ecc256", "ak-rsa2048", "ek-ecc384", "ek-rsa2048"})
  void areasHaveTheNamesAndKeysThatTheTpmGave(String key) {
    TpmtPublic area = area(key);
    assertThat(area.name().value()).isEqualTo(file(key + ".name"));
    assertThat(area.subjectPublicKeyInfo()).isEqualTo(pem(key + ".pub.pem"));
    assertThat(Bytes.concat(Bytes.u16(area.encode().size()), area.encode()))
        .isEqualTo(file(key + ".tpm2b_public"));
  }

  @Test
  void endorsementKeysFitTheirTemplates() {
    assertThat(EkTemplate.of(area("ek-rsa2048"))).contains(EkTemplate.L1);
    assertThat(EkTemplate.of(area("ek-ecc384"))).contains(EkTemplate.H3);
  }

  @ParameterizedTest
  @CsvSource({"quote-ecc, ak-ecc256", "quote-rsa, ak-rsa2048", "quote-rsa-all, ak-rsa2048"})
  void quotesAreReadAndHold(String quote, String ak) throws GeneralSecurityException {
    Bytes encoded = file(quote + ".msg");
    TpmsAttest attest = TpmsAttest.decode(encoded);
    assertThat(attest.encode()).isEqualTo(encoded);
    assertThat(attest.hasTpmMagic()).isTrue();
    assertThat(attest.extraData()).isEqualTo(Bytes.fromHex(text("nonce.hex").strip()));
    assertThat(attest.qualifiedSigner())
        .isEqualTo(area(ak).name().qualifiedUnder(TpmHandles.ENDORSEMENT).value());

    TpmsQuoteInfo info = attest.quote().orElseThrow();
    PcrValues quoted = pcrs().subset(info.pcrSelect().pcrs(HashAlg.SHA256));
    assertThat(info.pcrDigest()).isEqualTo(quoted.digest(HashAlg.SHA256));

    Bytes signature = file(quote + ".sig");
    assertThat(TpmtSignature.decode(signature).encode()).isEqualTo(signature);
    assertThat(verifies(area(ak), encoded, TpmtSignature.decode(signature))).isTrue();
    assertThat(verifies(area(ak), encoded.slice(1), TpmtSignature.decode(signature))).isFalse();
  }

  private static boolean verifies(TpmtPublic ak, Bytes message, TpmtSignature signature)
      throws GeneralSecurityException {
    Signature verifier =
        switch (signature) {
          case TpmtSignature.Rsassa ignored -> Signature.getInstance("SHA256withRSA");
          case TpmtSignature.Ecdsa ignored -> Signature.getInstance("SHA256withECDSAinP1363Format");
          case TpmtSignature.Rsapss ignored -> throw new AssertionError("none was recorded");
        };
    verifier.initVerify(ak.toPublicKey());
    verifier.update(message.toArray());
    return switch (signature) {
      case TpmtSignature.Rsassa(HashAlg ignored, Bytes octets) -> verifier.verify(octets.toArray());
      case TpmtSignature.Ecdsa(HashAlg ignored, Bytes r, Bytes s) ->
          verifier.verify(Bytes.concat(fixed(r), fixed(s)).toArray());
      case TpmtSignature.Rsapss ignored -> false;
    };
  }

  private static Bytes fixed(Bytes number) {
    return FixedWidth.of(new BigInteger(1, number.toArray()), 32);
  }

  private static TpmtPublic area(String key) {
    Bytes sized = file(key + ".tpm2b_public");
    assertThat(sized.at(0) << 8 | sized.at(1)).isEqualTo(sized.size() - 2);
    return TpmtPublic.decode(sized.slice(2));
  }

  private static PcrValues pcrs() {
    Map<Integer, Bytes> values = new HashMap<>();
    text("pcrs-sha256.txt")
        .lines()
        .map(line -> line.split(" ", 2))
        .forEach(row -> values.put(Integer.valueOf(row[0]), Bytes.fromHex(row[1].strip())));
    return PcrValues.of(HashAlg.SHA256, values);
  }

  private static Bytes pem(String name) {
    String base64 = text(name).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return Bytes.copyOf(Base64.getDecoder().decode(base64));
  }

  private static String text(String name) {
    return new String(file(name).toArray(), StandardCharsets.US_ASCII);
  }

  private static Bytes file(String name) {
    try (InputStream in = RecordedEvidenceTest.class.getResourceAsStream("recorded/" + name)) {
      if (in == null) {
        throw new AssertionError("no recorded file " + name);
      }
      return Bytes.copyOf(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
