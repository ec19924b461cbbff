// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsClockInfo;
import io.fleetverifier.tpm.TpmsQuoteInfo;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.TpmuAttest;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A quote that is true in everything but what the caller changes. A real TPM signs none of these
 * lies: they show what holds when a key is not what it should be.
 */
public final class QuoteForge {

  private TpmsAttest attest;
  private UnaryOperator<Bytes> spoiling = UnaryOperator.identity();
  private HashAlg hash = HashAlg.SHA256;
  private BiFunction<HashAlg, Bytes, TpmtSignature> signer;

  QuoteForge(TpmsAttest honest, BiFunction<HashAlg, Bytes, TpmtSignature> signer) {
    this.attest = honest;
    this.signer = signer;
  }

  public QuoteForge withMagic(long magic) {
    attest =
        new TpmsAttest(
            magic,
            attest.qualifiedSigner(),
            attest.extraData(),
            attest.clockInfo(),
            attest.firmwareVersion(),
            attest.attested());
    return this;
  }

  /** Another type over the body of a quote. */
  public QuoteForge withType(int type) {
    return spoiled(encoded -> Bytes.concat(encoded.slice(0, 4), Bytes.u16(type), encoded.slice(6)));
  }

  public QuoteForge withQualifiedSigner(Bytes qualifiedSigner) {
    attest =
        new TpmsAttest(
            attest.magic(),
            qualifiedSigner,
            attest.extraData(),
            attest.clockInfo(),
            attest.firmwareVersion(),
            attest.attested());
    return this;
  }

  public QuoteForge withExtraData(Bytes extraData) {
    attest =
        new TpmsAttest(
            attest.magic(),
            attest.qualifiedSigner(),
            extraData,
            attest.clockInfo(),
            attest.firmwareVersion(),
            attest.attested());
    return this;
  }

  public QuoteForge withClockInfo(TpmsClockInfo clockInfo) {
    attest =
        new TpmsAttest(
            attest.magic(),
            attest.qualifiedSigner(),
            attest.extraData(),
            clockInfo,
            attest.firmwareVersion(),
            attest.attested());
    return this;
  }

  public QuoteForge withFirmwareVersion(long firmwareVersion) {
    attest =
        new TpmsAttest(
            attest.magic(),
            attest.qualifiedSigner(),
            attest.extraData(),
            attest.clockInfo(),
            firmwareVersion,
            attest.attested());
    return this;
  }

  /** Another statement altogether, with its own type. */
  public QuoteForge withStatement(TpmuAttest statement) {
    attest =
        new TpmsAttest(
            attest.magic(),
            attest.qualifiedSigner(),
            attest.extraData(),
            attest.clockInfo(),
            attest.firmwareVersion(),
            statement);
    return this;
  }

  /** Another selection over the same digest. */
  public QuoteForge withSelection(PcrSelection selection) {
    return withStatement(new TpmsQuoteInfo(selection, quote().pcrDigest()));
  }

  /** Another digest under the same selection. */
  public QuoteForge withPcrDigest(Bytes pcrDigest) {
    return withStatement(new TpmsQuoteInfo(quote().pcrSelect(), pcrDigest));
  }

  /** Any change of the encoded structure before it is signed. */
  public QuoteForge spoiled(UnaryOperator<Bytes> change) {
    UnaryOperator<Bytes> before = spoiling;
    spoiling = encoded -> change.apply(before.apply(encoded));
    return this;
  }

  /** The hash of the signature; the digest over the PCRs stays that of SHA-256. */
  public QuoteForge withSignatureHash(HashAlg other) {
    hash = other;
    return this;
  }

  /** Signed by another key than the AK. */
  public QuoteForge signedBy(SoftKey key) {
    signer = key::sign;
    return this;
  }

  /** Signed by another RSA key than the AK, in another scheme. */
  public QuoteForge signedWithPssBy(SoftKey key, int saltOctets) {
    signer = (alg, message) -> key.signPss(alg, message, saltOctets);
    return this;
  }

  public SignedQuote sign() {
    Bytes message = spoiling.apply(attest.encode());
    return new SignedQuote(message, signer.apply(hash, message).encode());
  }

  private TpmsQuoteInfo quote() {
    return attest.quote().orElseThrow();
  }
}
