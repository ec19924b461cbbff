// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static io.fleetverifier.tpm.testing.KnownAnswers.bytes;
import static io.fleetverifier.tpm.testing.KnownAnswers.counting;
import static io.fleetverifier.tpm.testing.KnownAnswers.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.SecretExchange.Shared;
import io.fleetverifier.tpm.testing.ScriptedRandom;
import io.fleetverifier.tpm.testing.SoftKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.junit.jupiter.api.Test;

/** Everything in known-answers.properties, which a TPM accepted, comes out of this library. */
class KnownAnswerTest {

  private static final Bytes SHARE = counting(0x00, 0x1f);
  private static final Bytes SEED_VALUE = counting(0x20, 0x3f);
  private static final Bytes RSA_SEED = counting(0x40, 0x5f);
  private static final Bytes OAEP_SEED = counting(0x60, 0x7f);
  private static final Bytes CREDENTIAL = counting(0xc0, 0xdf);

  private final TpmtPublic rsaEk =
      EkTemplate.L1.template().withUnique(new TpmuPublicId.Rsa(bytes("rsa.n")));
  private final TpmtPublic eccEk = EkTemplate.H3.template().withUnique(eccEkPoint());

  private static TpmuPublicId eccEkPoint() {
    TpmReader in = new TpmReader("TPMS_ECC_POINT", bytes("ecc.ekPoint"));
    TpmuPublicId point = new TpmuPublicId.Ecc(in.sized("x", 48), in.sized("y", 48));
    in.end();
    return point;
  }

  @Test
  void theKeysHaveTheirNamesAsEndorsementKeys() {
    assertThat(rsaEk.name().value()).isEqualTo(bytes("rsa.ekName"));
    assertThat(eccEk.name().value()).isEqualTo(bytes("ecc.ekName"));
  }

  @Test
  void theEndorsementPoliciesOfSha384() {
    assertThat(EkTemplate.policyA(HashAlg.SHA384).value()).isEqualTo(bytes("policyA.sha384"));
    assertThat(EkTemplate.policyB(HashAlg.SHA384).value()).isEqualTo(bytes("policyB.sha384"));
    assertThat(EkTemplate.policyC(HashAlg.SHA384).value()).isEqualTo(bytes("policyC.sha384"));
  }

  @Test
  void theReleasePolicyFromItsPcrValuesAndCounters() {
    Map<Integer, Bytes> values = new HashMap<>();
    for (int pcr : new int[] {0, 2, 4, 7, 11, 12}) {
      Bytes measured = Bytes.utf8("PCR " + pcr).sha256();
      values.put(pcr, Pcr.extend(HashAlg.SHA256, Pcr.zero(HashAlg.SHA256), measured));
    }
    PcrValues pcrs = PcrValues.of(HashAlg.SHA256, values);
    assertThat(pcrs.selection().encode()).isEqualTo(bytes("pcrSelection"));
    assertThat(pcrs.digest(HashAlg.SHA256)).isEqualTo(bytes("pcrDigest"));

    PolicyDigest d1 =
        PolicyDigest.start(HashAlg.SHA256).policyPcr(pcrs.selection(), pcrs.digest(HashAlg.SHA256));
    assertThat(d1.value()).isEqualTo(bytes("d1"));
    assertThat(d1.policyCounterTimer(5, 1).value()).isEqualTo(bytes("d8"));
  }

  @Test
  void aSealedObjectBelowTheRsaKey() {
    ScriptedRandom random = new ScriptedRandom(SEED_VALUE, RSA_SEED, OAEP_SEED);
    SealedObject object = SealedObject.make(rsaEk, secretOf(SHARE), bytes("d3"), random);
    assertThat(random.isExhausted()).isTrue();
    assertThat(object.objectPublic()).isEqualTo(bytes("rsa.public"));
    assertThat(object.name().value()).isEqualTo(bytes("rsa.name"));
    assertThat(object.duplicate()).isEqualTo(bytes("rsa.duplicate"));
    assertThat(object.inSymSeed()).isEqualTo(bytes("rsa.inSymSeed"));
  }

  @Test
  void aSealedObjectBelowTheEccKey() throws GeneralSecurityException {
    Shared shared = SecretExchange.encrypt(eccEk, SecretExchange.DUPLICATE, ephemeral());
    SealedObject object =
        SealedObject.make(eccEk, secretOf(SHARE), bytes("d8"), secretOf(SEED_VALUE), shared);
    assertThat(shared.secret().revealBytes()).isEqualTo(bytes("ecc.seed").toArray());
    assertThat(object.objectPublic()).isEqualTo(bytes("ecc.public"));
    assertThat(object.name().value()).isEqualTo(bytes("ecc.name"));
    assertThat(object.duplicate()).isEqualTo(bytes("ecc.duplicate"));
    assertThat(object.inSymSeed()).isEqualTo(bytes("ecc.inSymSeed"));
  }

  @Test
  void kdfeTurnsTheSharedPointIntoTheSeed() {
    Bytes ephemeralX = bytes("ecc.inSymSeed").slice(2, 50);
    Bytes staticX = bytes("ecc.ekPoint").slice(2, 50);
    SecretBytes seed =
        Kdf.kdfe(HashAlg.SHA384, secret("ecc.z"), "DUPLICATE", ephemeralX, staticX, 384);
    assertThat(seed.revealBytes()).isEqualTo(bytes("ecc.seed").toArray());
  }

  @Test
  void theKeysOfTheOuterWrap() {
    assertKeys(HashAlg.SHA256, secretOf(RSA_SEED), "rsa.name", 128, "rsa.symKey", "rsa.hmacKey");
    assertKeys(HashAlg.SHA384, secret("ecc.seed"), "ecc.name", 256, "ecc.symKey", "ecc.hmacKey");
    assertKeys(
        HashAlg.SHA256,
        secretOf(RSA_SEED),
        "ak.name",
        128,
        "rsa.credential.symKey",
        "rsa.credential.hmacKey");
    assertKeys(
        HashAlg.SHA384,
        secret("ecc.credential.seed"),
        "ak.name",
        256,
        "ecc.credential.symKey",
        "ecc.credential.hmacKey");
  }

  private static void assertKeys(
      HashAlg nameAlg, SecretBytes seed, String name, int symBits, String symKey, String hmacKey) {
    TpmName boundTo = TpmName.decode(bytes(name));
    assertThat(OuterWrap.symKey(nameAlg, seed, boundTo, symBits).revealBytes())
        .isEqualTo(bytes(symKey).toArray());
    assertThat(OuterWrap.hmacKey(nameAlg, seed).revealBytes()).isEqualTo(bytes(hmacKey).toArray());
  }

  @Test
  void theAttestationKeyHasItsName() {
    assertThat(TpmtPublic.decode(bytes("ak.area")).name().value()).isEqualTo(bytes("ak.name"));
  }

  @Test
  void aCredentialBelowTheRsaKey() {
    TpmName ak = TpmName.decode(bytes("ak.name"));
    ScriptedRandom random = new ScriptedRandom(RSA_SEED, OAEP_SEED);
    CredentialBlob blob = CredentialBlob.make(rsaEk, ak, secretOf(CREDENTIAL), random);
    assertThat(random.isExhausted()).isTrue();
    assertThat(blob.idObject()).isEqualTo(bytes("rsa.credential.id"));
    assertThat(blob.encryptedSecret()).isEqualTo(bytes("rsa.credential.secret"));
  }

  @Test
  void aCredentialBelowTheEccKey() throws GeneralSecurityException {
    TpmName ak = TpmName.decode(bytes("ak.name"));
    Shared shared = SecretExchange.encrypt(eccEk, SecretExchange.IDENTITY, ephemeral());
    CredentialBlob blob = CredentialBlob.make(eccEk, ak, secretOf(CREDENTIAL), shared);
    assertThat(blob.idObject()).isEqualTo(bytes("ecc.credential.id"));
    assertThat(blob.encryptedSecret()).isEqualTo(bytes("ecc.inSymSeed"));
  }

  @Test
  void theSoftwareTpmRecoversTheSameSecrets() throws GeneralSecurityException {
    SoftKey rsa = new SoftKey(rsaEk, rsaEkPrivate());
    assertThat(rsa.recover(SecretExchange.DUPLICATE, bytes("rsa.inSymSeed")).revealBytes())
        .isEqualTo(RSA_SEED.toArray());
    SoftKey ecc = new SoftKey(eccEk, ecPrivate("ek key"));
    assertThat(ecc.recover(SecretExchange.DUPLICATE, bytes("ecc.inSymSeed")).revealBytes())
        .isEqualTo(bytes("ecc.seed").toArray());
  }

  @Test
  void theSessionKeyAuthorisesTheUnsealAndOpensItsResponse() throws GeneralSecurityException {
    Bytes command = bytes("session.unsealCommand");
    Bytes response = bytes("session.unsealResponse");
    SecretBytes sessionKey =
        Kdf.kdfa(
            HashAlg.SHA256,
            secret("session.salt"),
            "ATH",
            bytes("session.nonceTpm"),
            bytes("session.nonceCaller"),
            256);
    assertThat(sessionKey.revealBytes()).isEqualTo(bytes("session.key").toArray());

    // header 10, handle 4, authorization size 4, session 4, TPM2B nonce, attributes, TPM2B HMAC
    Bytes nonceCaller = command.slice(24, 56);
    Bytes attributes = command.slice(56, 57);
    Bytes commandDigest = Bytes.concat(Bytes.u32(0x15e), bytes("ecc.name")).sha256();
    assertThat(
            HashAlg.SHA256.hmac(
                sessionKey, commandDigest, nonceCaller, bytes("session.nonceTpm"), attributes))
        .isEqualTo(command.slice(59));

    // header 10, parameter size 4, TPM2B parameter, TPM2B nonce, attributes, TPM2B HMAC
    Bytes parameter = response.slice(14, 48);
    Bytes nonceTpm = response.slice(50, 82);
    Bytes responseDigest = Bytes.concat(Bytes.u32(0), Bytes.u32(0x15e), parameter).sha256();
    assertThat(
            HashAlg.SHA256.hmac(
                sessionKey, responseDigest, nonceTpm, nonceCaller, response.slice(82, 83)))
        .isEqualTo(response.slice(85));

    Bytes keyAndIv =
        Bytes.copyOf(
            Kdf.kdfa(HashAlg.SHA256, sessionKey, "CFB", nonceTpm, nonceCaller, 256).revealBytes());
    Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
    aes.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(keyAndIv.slice(0, 16).toArray(), "AES"),
        new IvParameterSpec(keyAndIv.slice(16).toArray()));
    assertThat(aes.doFinal(parameter.slice(2).toArray())).isEqualTo(SHARE.toArray());
  }

  private static SecretBytes secretOf(Bytes octets) {
    return SecretBytes.copyOf(octets.toArray());
  }

  private static PrivateKey rsaEkPrivate() throws GeneralSecurityException {
    BigInteger n = new BigInteger(1, bytes("rsa.n").toArray());
    BigInteger p = new BigInteger(1, bytes("rsa.p").toArray());
    BigInteger one = BigInteger.ONE;
    BigInteger phi = p.subtract(one).multiply(n.divide(p).subtract(one));
    BigInteger d = BigInteger.valueOf(65537).modInverse(phi);
    return KeyFactory.getInstance("RSA").generatePrivate(new RSAPrivateKeySpec(n, d));
  }

  private static BigInteger scalar(String text) {
    return new BigInteger(1, HashAlg.SHA384.digest(Bytes.utf8(text)).toArray());
  }

  private static PrivateKey ecPrivate(String text) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(scalar(text), EccCurve.P384.parameters()));
  }

  /** Java makes no public key from a private one, so the point comes from Bouncy Castle. */
  private static KeyPair ephemeral() throws GeneralSecurityException {
    org.bouncycastle.math.ec.ECPoint q =
        ECNamedCurveTable.getParameterSpec("secp384r1")
            .getG()
            .multiply(scalar("ephemeral"))
            .normalize();
    ECPoint point =
        new ECPoint(q.getAffineXCoord().toBigInteger(), q.getAffineYCoord().toBigInteger());
    PublicKey publicKey =
        KeyFactory.getInstance("EC")
            .generatePublic(new ECPublicKeySpec(point, EccCurve.P384.parameters()));
    return new KeyPair(publicKey, ecPrivate("ephemeral"));
  }
}
