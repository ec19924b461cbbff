// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.SecretExchange.Shared;
import io.fleetverifier.tpm.testing.SeededRandom;
import io.fleetverifier.tpm.testing.SoftKey;
import io.fleetverifier.tpm.testing.SoftTpm;
import io.fleetverifier.tpm.testing.TpmRefusedException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets shared with, and objects wrapped for, a TPM: what opens, and what must not. */
class WrappingTest {

  private static final SoftTpm TPM = SoftTpm.seeded("wrapping");
  private static final SoftTpm OTHER = SoftTpm.seeded("another TPM");
  private static final SecureRandom RANDOM = new SeededRandom("wrapping");
  private static final PcrSelection RELEASE_PCRS = PcrSelection.of(HashAlg.SHA256, 0, 7, 11);

  private final SecretBytes share = SecretBytes.random(32, RANDOM);

  // Credentials.

  @ParameterizedTest
  @EnumSource(names = {"L1", "L2", "H1", "H2", "H3", "H4"})
  void aCredentialActivatesInItsTpm(EkTemplate ek) {
    CredentialBlob blob = CredentialBlob.make(TPM.ek(ek), TPM.akName(), share, RANDOM);
    assertThat(TPM.activateCredential(ek, blob).constantTimeEquals(share)).isTrue();
  }

  @Test
  void aCredentialDoesNotActivateForAnotherObjectOrInAnotherTpm() {
    CredentialBlob blob = CredentialBlob.make(TPM.ek(EkTemplate.H3), TPM.akName(), share, RANDOM);
    TpmName other = TPM.unrestrictedKey().area().name();
    assertThatExceptionOfType(TpmRefusedException.class)
        .isThrownBy(() -> TPM.activateCredential(EkTemplate.H3, other, blob));
    assertThatExceptionOfType(TpmRefusedException.class)
        .isThrownBy(() -> OTHER.activateCredential(EkTemplate.H3, TPM.akName(), blob));
  }

  @Test
  void aCredentialWithAnyByteChangedDoesNotActivate() {
    CredentialBlob blob = CredentialBlob.make(TPM.ek(EkTemplate.L2), TPM.akName(), share, RANDOM);
    for (int i = 0; i < blob.idObject().size(); i++) {
      CredentialBlob changed = new CredentialBlob(flip(blob.idObject(), i), blob.encryptedSecret());
      assertThatExceptionOfType(TpmRefusedException.class)
          .isThrownBy(() -> TPM.activateCredential(EkTemplate.L2, changed));
    }
    for (int i = 0; i < blob.encryptedSecret().size(); i++) {
      CredentialBlob changed = new CredentialBlob(blob.idObject(), flip(blob.encryptedSecret(), i));
      assertThatExceptionOfType(TpmRefusedException.class)
          .isThrownBy(() -> TPM.activateCredential(EkTemplate.L2, changed));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 33, 64})
  void aCredentialOfAnotherSizeIsNotMade(int size) {
    SecretBytes credential = SecretBytes.random(size, RANDOM);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CredentialBlob.make(TPM.ek(EkTemplate.L2), TPM.akName(), credential, RANDOM));
  }

  @Test
  void aCredentialForAHandleIsNotMade() {
    TpmName handle = TpmName.ofHandle(TpmHandles.ENDORSEMENT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CredentialBlob.make(TPM.ek(EkTemplate.L2), handle, share, RANDOM));
  }

  @Test
  void nothingIsWrappedForAKeyThatIsNoEndorsementKey() {
    for (TpmtPublic key : new TpmtPublic[] {TPM.ak(), TPM.srk(), nearlyAnEndorsementKey()}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CredentialBlob.make(key, TPM.akName(), share, RANDOM));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SealedObject.make(key, share, Bytes.zeros(32), RANDOM));
    }
  }

  /** An attacker's decryption key: like L-2, but not fixed to its TPM. */
  private static TpmtPublic nearlyAnEndorsementKey() {
    TpmtPublic ek = TPM.ek(EkTemplate.L2);
    TpmaObject attributes = new TpmaObject(ek.attributes().bits() & ~TpmaObject.FIXED_TPM);
    return new TpmtPublic(ek.nameAlg(), attributes, ek.authPolicy(), ek.parameters(), ek.unique());
  }

  @Test
  void nothingIsWrappedForAKeyWithAProblem() {
    TpmtPublic offCurve =
        EkTemplate.L2.template().withUnique(new TpmuPublicId.Ecc(Bytes.zeros(32), Bytes.zeros(32)));
    assertThatExceptionOfType(TpmKeyException.class)
        .isThrownBy(() -> CredentialBlob.make(offCurve, TPM.akName(), share, RANDOM));
    assertThatExceptionOfType(TpmKeyException.class)
        .isThrownBy(() -> SealedObject.make(offCurve, share, Bytes.zeros(32), RANDOM));
  }

  // Sealed objects.

  @ParameterizedTest
  @EnumSource(names = {"L1", "L2", "H1", "H2", "H3", "H4"})
  void aSealedObjectOpensInItsTpmStateAndBoot(EkTemplate ek) {
    SoftTpm tpm = SoftTpm.seeded("sealing");
    SealedObject object = sealedFor(tpm, ek);
    assertThat(tpm.unseal(ek, object, RELEASE_PCRS).constantTimeEquals(share)).isTrue();
  }

  @Test
  void aSealedObjectDoesNotOpenInAnotherStateOrBootOrTpm() {
    SoftTpm tpm = SoftTpm.seeded("sealing");
    SealedObject object = sealedFor(tpm, EkTemplate.H3);

    tpm.extend(10, Bytes.zeros(32));
    assertThat(tpm.unseal(EkTemplate.H3, object, RELEASE_PCRS).size()).isEqualTo(32);
    assertStaysClosed(tpm, object, PcrSelection.of(HashAlg.SHA256, 0, 7));
    assertStaysClosed(OTHER, object, RELEASE_PCRS);
    tpm.extend(11, Bytes.utf8("leave-initrd").sha256());
    assertStaysClosed(tpm, object, RELEASE_PCRS);
    tpm.restart();
    assertStaysClosed(tpm, object, RELEASE_PCRS);
    tpm.reset();
    assertStaysClosed(tpm, object, RELEASE_PCRS);
  }

  private static void assertStaysClosed(SoftTpm tpm, SealedObject object, PcrSelection selection) {
    assertThatExceptionOfType(TpmRefusedException.class)
        .isThrownBy(() -> tpm.unseal(EkTemplate.H3, object, selection));
  }

  @Test
  void aSealedObjectWithAnyByteChangedStaysClosed() {
    SoftTpm tpm = SoftTpm.seeded("sealing");
    SealedObject it = sealedFor(tpm, EkTemplate.L2);
    for (int i = 0; i < it.duplicate().size(); i++) {
      Bytes changed = flip(it.duplicate(), i);
      assertThatExceptionOfType(TpmRefusedException.class)
          .isThrownBy(() ->
              tpm.unseal(EkTemplate.L2, it.objectPublic(), changed, it.inSymSeed(), RELEASE_PCRS));
    }
    for (int i = 0; i < it.objectPublic().size(); i++) {
      Bytes changed = flip(it.objectPublic(), i);
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() ->
              tpm.unseal(EkTemplate.L2, changed, it.duplicate(), it.inSymSeed(), RELEASE_PCRS))
          .isInstanceOfAny(TpmRefusedException.class, TpmDecodeException.class);
    }
  }

  private SealedObject sealedFor(SoftTpm tpm, EkTemplate ek) {
    Bytes pcrDigest = tpm.pcrs(0, 7, 11).digest(HashAlg.SHA256);
    TpmsClockInfo now = tpm.clockInfo();
    PolicyDigest policy =
        PolicyDigest.start(HashAlg.SHA256)
            .policyPcr(RELEASE_PCRS, pcrDigest)
            .policyCounterTimer(now.resetCount(), now.restartCount());
    return SealedObject.make(tpm.ek(ek), share, policy.value(), RANDOM);
  }

  @Test
  void aSealedObjectCanBeOpenedByItsPolicyOnly() {
    SealedObject object = sealedFor(TPM, EkTemplate.L2);
    TpmtPublic area = TpmtPublic.decode(object.objectPublic());
    assertThat(area.attributes()).hasToString("00000480");
    assertThat(area.name()).isEqualTo(object.name());
    assertThat(area.parameters())
        .isEqualTo(new TpmuPublicParms.KeyedHash(new TpmtKeyedHashScheme.Null()));
  }

  /** must-fail 47: no part of the wrapping is constant. */
  @Test
  void twoObjectsOfTheSameShareHaveNothingInCommonThatTellsIt() {
    SealedObject one = sealedFor(TPM, EkTemplate.L2);
    SealedObject two = sealedFor(TPM, EkTemplate.L2);
    assertThat(one.name()).isNotEqualTo(two.name());
    assertThat(one.duplicate()).isNotEqualTo(two.duplicate());
    assertThat(one.inSymSeed()).isNotEqualTo(two.inSymSeed());
    assertThat(TpmtPublic.decode(one.objectPublic()).unique())
        .isNotEqualTo(TpmtPublic.decode(two.objectPublic()).unique());
  }

  @Test
  void aShareOrPolicyOfAnotherSizeIsNotSealed() {
    TpmtPublic ek = TPM.ek(EkTemplate.L2);
    for (int size : new int[] {0, 129}) {
      SecretBytes other = SecretBytes.random(size, RANDOM);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SealedObject.make(ek, other, Bytes.zeros(32), RANDOM));
    }
    for (int size : new int[] {0, 31, 48}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SealedObject.make(ek, share, Bytes.zeros(size), RANDOM));
    }
  }

  // Secrets alone.

  @Test
  void theLabelSeparatesWhatASecretIsFor() {
    for (EkTemplate ek : new EkTemplate[] {EkTemplate.L1, EkTemplate.L2}) {
      SoftKey key = TPM.ekKey(ek);
      try (Shared salt = SecretExchange.encrypt(key.area(), SecretExchange.SECRET, RANDOM)) {
        assertThat(recovers(key, SecretExchange.SECRET, salt)).isTrue();
        assertThat(recovers(key, SecretExchange.DUPLICATE, salt)).isFalse();
        assertThat(recovers(key, SecretExchange.IDENTITY, salt)).isFalse();
        assertThat(recovers(key, "SECRE", salt)).isFalse();
      }
    }
  }

  private static boolean recovers(SoftKey key, String label, Shared shared) {
    try (SecretBytes recovered = key.recover(label, shared.encrypted())) {
      return recovered.constantTimeEquals(shared.secret());
    } catch (TpmRefusedException e) {
      return false;
    }
  }

  @Test
  void coordinatesKeepTheirLeadingZeros() {
    SoftKey key = TPM.ekKey(EkTemplate.L2);
    SecureRandom random = new SeededRandom("leading zeros");
    int inEphemeralKey = 0;
    int inSharedPoint = 0;
    for (int i = 0; i < 1_000; i++) {
      try (Shared shared = SecretExchange.encrypt(key.area(), SecretExchange.IDENTITY, random)) {
        Bytes sent = shared.encrypted();
        assertThat(sent.size()).isEqualTo(2 + 32 + 2 + 32);
        Bytes sharedX = sharedPointX(key, sent.slice(2, 34), sent.slice(36));
        assertThat(shared.secret().revealBytes()).isEqualTo(seed(key, sharedX, sent.slice(2, 34)));
        inEphemeralKey += sent.at(2) == 0 ? 1 : 0;
        inSharedPoint += sharedX.at(0) == 0 ? 1 : 0;
      }
    }
    assertThat(inEphemeralKey).isPositive();
    assertThat(inSharedPoint).isPositive();
  }

  /** By Bouncy Castle, so that this library's own way to the coordinate is not taken twice. */
  private static Bytes sharedPointX(SoftKey key, Bytes x, Bytes y) {
    ECPoint shared =
        ECNamedCurveTable.getParameterSpec("secp256r1")
            .getCurve()
            .createPoint(new BigInteger(1, x.toArray()), new BigInteger(1, y.toArray()))
            .multiply(((ECPrivateKey) key.privateKey()).getS())
            .normalize();
    return Bytes.copyOf(shared.getAffineXCoord().getEncoded());
  }

  private static byte[] seed(SoftKey key, Bytes sharedX, Bytes ephemeralX) {
    Bytes staticX = ((TpmuPublicId.Ecc) key.area().unique()).x();
    Bytes label = Bytes.utf8("IDENTITY\0");
    return Bytes.concat(Bytes.u32(1), sharedX, label, ephemeralX, staticX).sha256().toArray();
  }

  @Test
  void noSecretIsSharedWithAnObjectThatIsNoKey() {
    TpmtPublic sealed = TpmtPublic.decode(sealedFor(TPM, EkTemplate.L2).objectPublic());
    assertThatExceptionOfType(TpmKeyException.class)
        .isThrownBy(() -> SecretExchange.encrypt(sealed, SecretExchange.SECRET, RANDOM));
  }

  @Test
  void closingASharedSecretWipesIt() {
    Shared shared = SecretExchange.encrypt(TPM.ek(EkTemplate.L2), SecretExchange.SECRET, RANDOM);
    shared.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> shared.secret().revealBytes());
  }

  @Test
  void aSensitivePartPrintsNoSecret() {
    SecretBytes empty = SecretBytes.copyOf(new byte[0]);
    TpmtSensitive sensitive = new TpmtSensitive(empty, SecretBytes.copyOf(new byte[] {77}), share);
    assertThat(sensitive.toString())
        .isEqualTo(
            "TpmtSensitive[authValue=SecretBytes[0], seedValue=SecretBytes[1],"
                + " data=SecretBytes[32]]");
    sensitive.close();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(share::revealBytes);
  }

  private static Bytes flip(Bytes original, int at) {
    byte[] changed = original.toArray();
    changed[at] ^= 1;
    return Bytes.copyOf(changed);
  }
}
