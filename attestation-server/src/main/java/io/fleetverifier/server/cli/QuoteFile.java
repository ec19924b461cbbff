// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A quote, or another attestation, with what is known of it.
 *
 * @param attest the bytes that are signed
 * @param decoded the same, decoded
 * @param area the attestation key as the TPM shows it, where it is given
 * @param key its public key, from the area or given by itself
 * @param nonce what extraData should be, where it is known
 * @param pcrs values that came along, where they did
 * @param creationData TPMS_CREATION_DATA of a certified object, where it came along
 */
record QuoteFile(
    Bytes attest,
    TpmsAttest decoded,
    TpmtSignature signature,
    Optional<TpmtPublic> area,
    Optional<PublicKey> key,
    Optional<Bytes> nonce,
    Optional<Map<HashAlg, PcrValues>> pcrs,
    Optional<Bytes> creationData) {

  private static final int LARGEST = 4 << 20;

  /**
   * Reads a JSON object with the members {@code attest}, {@code signature}, {@code akPublicTpmt},
   * {@code akPublicSpki} and {@code creationData} in base64, {@code nonce} in hexadecimal, and
   * {@code pcrs} as bank to index to hexadecimal.
   *
   * @throws UndecodableException for anything else
   */
  static QuoteFile read(Path file) throws IOException {
    Bytes content = Inspect.read(file);
    if (content.size() > LARGEST) {
      throw undecodable("larger than " + LARGEST + " octets");
    }
    try {
      Map<?, ?> json = JsonObjects.read(content);
      Bytes attest = base64(json, "attest").orElseThrow(() -> undecodable("no member attest"));
      Bytes signature =
          base64(json, "signature").orElseThrow(() -> undecodable("no member signature"));
      Optional<TpmtPublic> area = base64(json, "akPublicTpmt").map(TpmtPublic::decode);
      Optional<PublicKey> given = base64(json, "akPublicSpki").map(QuoteFile::publicKey);
      return new QuoteFile(
          attest,
          TpmsAttest.decode(attest),
          TpmtSignature.decode(signature),
          area,
          given.or(() -> area.flatMap(QuoteFile::keyOf)),
          text(json, "nonce").map(Bytes::fromHex),
          pcrs(json.get("pcrs")),
          base64(json, "creationData"));
    } catch (JacksonException | TpmDecodeException malformed) {
      throw undecodable(String.valueOf(malformed.getMessage()));
    } catch (IllegalArgumentException malformed) {
      throw undecodable("a member cannot be read: " + malformed.getMessage());
    }
  }

  private static Optional<PublicKey> keyOf(TpmtPublic area) {
    return area.keyProblem().isPresent() ? Optional.empty() : Optional.of(area.toPublicKey());
  }

  private static PublicKey publicKey(Bytes spki) {
    return publicKey("RSA", spki)
        .or(() -> publicKey("EC", spki))
        .orElseThrow(() -> undecodable("akPublicSpki is neither an RSA nor an EC key"));
  }

  private static Optional<PublicKey> publicKey(String algorithm, Bytes spki) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki.toArray())));
    } catch (GeneralSecurityException ofAnotherKind) {
      return Optional.empty();
    }
  }

  private static Optional<Map<HashAlg, PcrValues>> pcrs(@Nullable Object member) {
    if (!(member instanceof Map<?, ?> banks)) {
      return Optional.empty();
    }
    Map<HashAlg, PcrValues> all = new EnumMap<>(HashAlg.class);
    banks.forEach((bank, registers) -> {
      HashAlg hash = HashAlg.valueOf(String.valueOf(bank).toUpperCase(Locale.ROOT));
      Map<Integer, Bytes> values = new TreeMap<>();
      if (registers instanceof Map<?, ?> byIndex) {
        byIndex.forEach((pcr, value) ->
            values.put(Integer.valueOf(String.valueOf(pcr)), Bytes.fromHex(String.valueOf(value))));
      }
      all.put(hash, PcrValues.of(hash, values));
    });
    return Optional.of(all);
  }

  private static Optional<Bytes> base64(Map<?, ?> json, String name) {
    return text(json, name).map(text -> Bytes.copyOf(Base64.getDecoder().decode(text)));
  }

  private static Optional<String> text(Map<?, ?> json, String name) {
    return json.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static UndecodableException undecodable(String text) {
    return new UndecodableException("QUOTE_UNREADABLE", text);
  }
}
