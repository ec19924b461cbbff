// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmaObject;
import io.fleetverifier.tpm.TpmsQuoteInfo;
import io.fleetverifier.tpm.TpmtAsymScheme;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmuAttest;
import io.fleetverifier.tpm.TpmuPublicParms;
import java.io.IOException;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a quote, or another attestation of a TPM, holds. Checked in this order, the first failure
 * giving the code: the key, the signature over the bytes as they are, that a TPM made them, the
 * nonce, the registers, the certified object.
 */
final class QuoteReport {

  private static final int SMALLEST_MODULUS = 2048;

  private final QuoteFile file;
  private final Report report = new Report();
  private final List<Report> findings = new ArrayList<>();
  private Optional<String> code = Optional.empty();

  private QuoteReport(QuoteFile file) {
    this.file = file;
  }

  static Report of(Arguments arguments) throws IOException {
    return new QuoteReport(QuoteFile.read(arguments.file())).report();
  }

  private Report report() {
    key();
    signature();
    require(file.decoded().hasTpmMagic(), "NOT_MADE_BY_A_TPM");
    Optional<Boolean> nonce = file.nonce().map(n -> n.equals(file.decoded().extraData()));
    require(nonce.orElse(true), "NONCE_DIFFERS");
    Optional<Boolean> pcrDigest = pcrDigest();
    require(pcrDigest.orElse(true), "PCR_DIGEST_DIFFERS");
    creation();
    boolean signed = file.key().isPresent() || file.area().isPresent();
    report.put("verdict", code.isPresent() ? "refused" : signed ? "verified" : "unsigned");
    report.put("type", type(file.decoded().attested()));
    report.put("code", code.orElse(null));
    report.put("signer", file.decoded().qualifiedSigner().toHex());
    report.put("pcrDigestMatches", pcrDigest.orElse(null));
    report.put("nonceMatches", nonce.orElse(null));
    clock();
    report.array("findings").addAll(findings);
    return report;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds && code.isEmpty()) {
      code = Optional.of(otherwise);
    }
  }

  private void tell(String finding, String text) {
    findings.add(new Report().put("code", finding).put("text", text));
  }

  private void key() {
    file.area()
        .ifPresent(area -> {
          require(area.keyProblem().isEmpty(), "KEY_WEAK");
          if (area.keyProblem().isEmpty() && file.key().isPresent()) {
            Bytes given = Bytes.copyOf(file.key().get().getEncoded());
            require(area.subjectPublicKeyInfo().equals(given), "KEYS_DIFFER");
          }
          require(isSchemeOf(area), "SCHEME_NOT_OF_KEY");
          TpmaObject attributes = area.attributes();
          if (!attributes.restricted() || !attributes.sign() || !attributes.fixedTpm()) {
            tell(
                "KEY_NOT_RESTRICTED",
                "The key is not one that signs only what its TPM made: the statement proves little.");
          }
        });
    if (file.area().isEmpty() && file.key().orElse(null) instanceof RSAPublicKey rsa) {
      require(rsa.getModulus().bitLength() >= SMALLEST_MODULUS, "KEY_WEAK");
    }
    if (file.area().isEmpty() && file.key().isPresent()) {
      tell(
          "KEY_ATTRIBUTES_UNKNOWN",
          "Only the public key is given: whether it signs only what its TPM made is not known.");
    }
  }

  private boolean isSchemeOf(TpmtPublic area) {
    TpmtAsymScheme scheme =
        switch (area.parameters()) {
          case TpmuPublicParms.Rsa rsa -> rsa.scheme();
          case TpmuPublicParms.Ecc ecc -> ecc.scheme();
          case TpmuPublicParms.KeyedHash ignored -> TpmtAsymScheme.NONE;
          case TpmuPublicParms.SymCipher ignored -> TpmtAsymScheme.NONE;
        };
    return scheme.equals(TpmtAsymScheme.NONE)
        || (scheme.algorithm() == file.signature().algorithm()
            && scheme.hash().filter(hash -> hash == file.signature().hash()).isPresent());
  }

  private void signature() {
    file.key()
        .ifPresent(key ->
            require(SignatureCheck.holds(key, file.attest(), file.signature()), "SIGNATURE_WRONG"));
    if (file.signature().hash() == HashAlg.SHA1) {
      tell("WEAK_HASH", "The signature is over a SHA-1 digest: the server refuses such quotes.");
    }
  }

  /** The digest over exactly the selected values, by the hash of the signature. */
  private Optional<Boolean> pcrDigest() {
    Optional<TpmsQuoteInfo> quote = file.decoded().quote();
    if (quote.isEmpty() || file.pcrs().isEmpty()) {
      return Optional.empty();
    }
    Map<HashAlg, PcrValues> given = file.pcrs().get();
    List<Bytes> selected = new ArrayList<>();
    int quoted = 0;
    for (PcrSelection.Bank bank : quote.get().pcrSelect().banks()) {
      for (int pcr : bank.pcrs()) {
        Optional<Bytes> value =
            Optional.ofNullable(given.get(bank.hash())).flatMap(values -> values.get(pcr));
        value.ifPresent(selected::add);
        quoted++;
      }
    }
    if (given.values().stream().mapToInt(values -> values.values().size()).sum() > quoted) {
      tell("VALUES_NOT_QUOTED", "Values came along that the quote does not cover.");
    }
    Bytes digest = file.signature().hash().digest(selected.toArray(Bytes[]::new));
    return Optional.of(selected.size() == quoted && digest.equals(quote.get().pcrDigest()));
  }

  /** An object certified at its making: the Name of the key, and the digest of how it was made. */
  private void creation() {
    if (file.decoded().attested() instanceof TpmuAttest.Creation(Bytes name, Bytes hash)
        && file.area().isPresent()) {
      TpmtPublic area = file.area().get();
      require(name.equals(area.name().value()), "OBJECT_DIFFERS");
      file.creationData()
          .ifPresent(
              data -> require(hash.equals(area.nameAlg().digest(data)), "CREATION_DATA_DIFFERS"));
    }
  }

  private void clock() {
    Report clock = report.object("clock");
    clock.put("clock", new BigInteger(Long.toUnsignedString(file.decoded().clockInfo().clock())));
    clock.put("resetCount", file.decoded().clockInfo().resetCount());
    clock.put("restartCount", file.decoded().clockInfo().restartCount());
    clock.put("safe", file.decoded().clockInfo().safe());
    clock.put("firmwareVersion", Bytes.u64(file.decoded().firmwareVersion()).toHex());
  }

  private static String type(TpmuAttest attested) {
    return switch (attested) {
      case TpmsQuoteInfo ignored -> "quote";
      case TpmuAttest.Certify ignored -> "certify";
      case TpmuAttest.Creation ignored -> "creation";
      case TpmuAttest.Nv ignored -> "nv";
      case TpmuAttest.Time ignored -> "time";
      case TpmuAttest.CommandAudit ignored -> "commandAudit";
      case TpmuAttest.SessionAudit ignored -> "sessionAudit";
      case TpmuAttest.NvDigest ignored -> "nvDigest";
    };
  }
}
