// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.AkTemplate;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.OuterWrap;
import io.fleetverifier.tpm.Pcr;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.PolicyDigest;
import io.fleetverifier.tpm.SealedObject;
import io.fleetverifier.tpm.SecretExchange;
import io.fleetverifier.tpm.SrkTemplate;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmReader;
import io.fleetverifier.tpm.TpmaObject;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsClockInfo;
import io.fleetverifier.tpm.TpmsQuoteInfo;
import io.fleetverifier.tpm.TpmtAsymScheme;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSensitive;
import io.fleetverifier.tpm.TpmtSymDefObject;
import io.fleetverifier.tpm.TpmuPublicId;
import io.fleetverifier.tpm.TpmuPublicParms;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A TPM made of Java cryptography, for tests: keys that follow from a seed, PCRs, counters, quotes,
 * activation, import and unsealing. It follows the TPM where a verifier can see it; {@link #forge}
 * gives quotes that no TPM would sign.
 */
public final class SoftTpm {

  /** What firmwareVersion says: a made-up version 1.2.3.4 in one vendor's form. */
  public static final long FIRMWARE_VERSION = 0x0001_0002_0003_0004L;

  private static final int INTEGRITY = 0x3df;
  private static final int CREDENTIAL = 0x1df;
  private static final int ATTRIBUTES = 0x2c2;
  private static final int POLICY_FAIL = 0x99d;

  private final String seed;
  private final Map<String, SoftKey> keys = new HashMap<>();
  private final Map<HashAlg, Bytes[]> banks = new EnumMap<>(HashAlg.class);
  private int ownerGeneration;
  private long clock = 1_000;
  private long resetCount;
  private long restartCount;
  private boolean safe = true;

  private SoftTpm(String seed) {
    this.seed = seed;
    startPcrs();
  }

  /** A TPM with the keys that follow from the seed, after its first start: all PCRs untouched. */
  public static SoftTpm seeded(String seed) {
    return new SoftTpm(seed);
  }

  // Keys.

  /** The EK of the template; RSA keys take a moment when first asked for. */
  public TpmtPublic ek(EkTemplate template) {
    return ekKey(template).area();
  }

  /** The EK with its private key. */
  public SoftKey ekKey(EkTemplate template) {
    return key("EK " + template.label(), template.template());
  }

  /** The AK, made from {@link AkTemplate#P256} in the endorsement hierarchy. */
  public TpmtPublic ak() {
    return akKey().area();
  }

  public TpmName akName() {
    return ak().name();
  }

  /** The AK with its private key, for lies that the AK itself signs. */
  public SoftKey akKey() {
    return key("AK", AkTemplate.P256.template());
  }

  /** An RSA-2048 AK that signs RSASSA with SHA-256. */
  public SoftKey rsaAkKey() {
    return key("RSA AK", rsaSigningTemplate(0x00050472));
  }

  /** A P-256 key of the AK's form, but unrestricted: it signs whatever the system gives it. */
  public SoftKey unrestrictedKey() {
    TpmtPublic ak = AkTemplate.P256.template();
    TpmaObject attributes = new TpmaObject(ak.attributes().bits() & ~TpmaObject.RESTRICTED);
    return key(
        "unrestricted",
        new TpmtPublic(ak.nameAlg(), attributes, ak.authPolicy(), ak.parameters(), ak.unique()));
  }

  /** The SRK; another one after {@link #clear}. */
  public TpmtPublic srk() {
    return key("SRK " + ownerGeneration, SrkTemplate.P256.template()).area();
  }

  private static TpmtPublic rsaSigningTemplate(int attributes) {
    return new TpmtPublic(
        HashAlg.SHA256,
        new TpmaObject(attributes),
        Bytes.EMPTY,
        new TpmuPublicParms.Rsa(
            TpmtSymDefObject.NONE, TpmtAsymScheme.rsassa(HashAlg.SHA256), 2048, 0),
        new TpmuPublicId.Rsa(Bytes.EMPTY));
  }

  private SoftKey key(String label, TpmtPublic template) {
    return keys.computeIfAbsent(
        label, ignored -> SoftKey.fromTemplate(template, seed + "/" + label));
  }

  // PCRs, counters and clock.

  /** Extends a PCR of one bank by a digest. */
  public void extend(HashAlg bank, int pcr, Bytes digest) {
    Bytes[] values = values(bank);
    values[pcr] = Pcr.extend(bank, values[pcr], digest);
  }

  /** Extends a PCR of the SHA-256 bank by a digest. */
  public void extend(int pcr, Bytes digest) {
    extend(HashAlg.SHA256, pcr, digest);
  }

  /** Extends a PCR in all banks, each by its digest of the data, as TPM2_PCR_Event does. */
  public void event(int pcr, Bytes data) {
    banks.keySet().forEach(bank -> extend(bank, pcr, bank.digest(data)));
  }

  /** The present values. */
  public PcrValues pcrs(HashAlg bank, Collection<Integer> pcrs) {
    SortedMap<Integer, Bytes> chosen = new TreeMap<>();
    pcrs.forEach(pcr -> chosen.put(pcr, values(bank)[pcr]));
    return new PcrValues(bank, chosen);
  }

  /** The present values of the SHA-256 bank. */
  public PcrValues pcrs(Integer... pcrs) {
    return pcrs(HashAlg.SHA256, List.of(pcrs));
  }

  /** TPM Reset: a power cut, or an orderly shutdown and start. */
  public void reset() {
    resetCount++;
    restartCount = 0;
    startPcrs();
  }

  /** TPM Restart: PCRs start anew, resetCount stays. */
  public void restart() {
    restartCount++;
    startPcrs();
  }

  /** TPM2_Clear: clock and counters become zero, the SRK another; EKs and AKs stay. */
  public void clear() {
    clock = 0;
    resetCount = 0;
    restartCount = 0;
    safe = true;
    ownerGeneration++;
  }

  /** Lets time pass: milliseconds, negative after an unclean loss of power. */
  public void passTime(long milliseconds) {
    clock += milliseconds;
  }

  public void setSafe(boolean safe) {
    this.safe = safe;
  }

  public TpmsClockInfo clockInfo() {
    return new TpmsClockInfo(clock, resetCount, restartCount, safe);
  }

  private void startPcrs() {
    for (HashAlg bank : List.of(HashAlg.SHA1, HashAlg.SHA256, HashAlg.SHA384)) {
      Bytes[] values = new Bytes[Pcr.COUNT];
      for (int pcr = 0; pcr < Pcr.COUNT; pcr++) {
        boolean dynamic = pcr >= 17 && pcr <= 22;
        values[pcr] = dynamic ? Bytes.fromHex("ff".repeat(bank.size())) : Bytes.zeros(bank.size());
      }
      banks.put(bank, values);
    }
  }

  private Bytes[] values(HashAlg bank) {
    Bytes[] values = banks.get(bank);
    if (values == null) {
      throw new IllegalArgumentException("no bank of " + bank);
    }
    return values;
  }

  // Quotes.

  /** TPM2_Quote by the AK. */
  public SignedQuote quote(Bytes extraData, PcrSelection selection) {
    return forge(extraData, selection).sign();
  }

  /** A quote by the AK, to be changed before it is signed. */
  public QuoteForge forge(Bytes extraData, PcrSelection selection) {
    return new QuoteForge(honestQuote(akKey(), extraData, selection), akKey()::sign);
  }

  /** A quote by another key of the endorsement hierarchy, which it names as its signer. */
  public QuoteForge forge(SoftKey signer, Bytes extraData, PcrSelection selection) {
    return new QuoteForge(honestQuote(signer, extraData, selection), signer::sign);
  }

  private TpmsAttest honestQuote(SoftKey signer, Bytes extraData, PcrSelection selection) {
    return new TpmsAttest(
        TpmsAttest.TPM_GENERATED,
        signer.area().name().qualifiedUnder(TpmHandles.ENDORSEMENT).value(),
        extraData,
        clockInfo(),
        FIRMWARE_VERSION,
        new TpmsQuoteInfo(selection, pcrDigest(selection)));
  }

  private Bytes pcrDigest(PcrSelection selection) {
    List<Bytes> selected = new ArrayList<>();
    for (PcrSelection.Bank bank : selection.banks()) {
      bank.pcrs().forEach(pcr -> selected.add(values(bank.hash())[pcr]));
    }
    return HashAlg.SHA256.digest(selected.toArray(Bytes[]::new));
  }

  // Secrets.

  /**
   * TPM2_ActivateCredential with the AK.
   *
   * @throws TpmRefusedException when the blob is for another TPM or another object
   */
  public SecretBytes activateCredential(EkTemplate ek, CredentialBlob blob) {
    return activateCredential(ek, akName(), blob);
  }

  /** TPM2_ActivateCredential with the object of this Name. */
  public SecretBytes activateCredential(EkTemplate ek, TpmName object, CredentialBlob blob) {
    try (SecretBytes seedOfBlob =
        ekKey(ek).recover(SecretExchange.IDENTITY, blob.encryptedSecret())) {
      return unwrap(ekKey(ek), seedOfBlob, object, blob.idObject(), CREDENTIAL);
    }
  }

  /**
   * TPM2_Import and TPM2_Load below the EK, then TPM2_Unseal in a session with PolicyPCR over the
   * present values and PolicyCounterTimer over the present counters.
   *
   * @throws TpmRefusedException when the object is for another TPM, was changed, or its policy does
   *     not hold now
   */
  public SecretBytes unseal(
      EkTemplate ek,
      Bytes objectPublic,
      Bytes duplicate,
      Bytes inSymSeed,
      PcrSelection policySelection) {
    TpmtPublic area = decodeImportable(objectPublic);
    try (SecretBytes seedOfBlob = ekKey(ek).recover(SecretExchange.DUPLICATE, inSymSeed);
        SecretBytes plain = unwrap(ekKey(ek), seedOfBlob, area.name(), duplicate, INTEGRITY);
        TpmtSensitive sensitive = TpmtSensitive.decode(plain)) {
      requireBinding(area, sensitive);
      requirePolicy(area, policySelection);
      return SecretBytes.takeFrom(sensitive.data().revealBytes());
    }
  }

  /** The same for an object still in one piece. */
  public SecretBytes unseal(EkTemplate ek, SealedObject object, PcrSelection policySelection) {
    return unseal(
        ek, object.objectPublic(), object.duplicate(), object.inSymSeed(), policySelection);
  }

  private static TpmtPublic decodeImportable(Bytes objectPublic) {
    TpmtPublic area = TpmtPublic.decode(objectPublic);
    TpmaObject attributes = area.attributes();
    if (attributes.fixedTpm() || attributes.fixedParent() || attributes.encryptedDuplication()) {
      throw new TpmRefusedException(ATTRIBUTES, "an object of this kind cannot be imported");
    }
    return area;
  }

  private static void requireBinding(TpmtPublic area, TpmtSensitive sensitive) {
    Bytes expected =
        area.nameAlg()
            .digest(
                Bytes.copyOf(sensitive.seedValue().revealBytes()),
                Bytes.copyOf(sensitive.data().revealBytes()));
    if (!area.unique().equals(new TpmuPublicId.KeyedHash(expected))) {
      throw new TpmRefusedException(INTEGRITY, "public and sensitive part do not belong together");
    }
  }

  private void requirePolicy(TpmtPublic area, PcrSelection selection) {
    PolicyDigest now =
        PolicyDigest.start(area.nameAlg())
            .policyPcr(selection, pcrDigest(selection))
            .policyCounterTimer(resetCount, restartCount);
    if (area.attributes().userWithAuth() || !now.value().equals(area.authPolicy())) {
      throw new TpmRefusedException(POLICY_FAIL, "the policy does not hold");
    }
  }

  /** Checks and opens TPM2B HMAC ‖ encrypted TPM2B. */
  private static SecretBytes unwrap(
      SoftKey parent, SecretBytes seedOfBlob, TpmName name, Bytes wrapped, int failure) {
    HashAlg nameAlg = parent.area().nameAlg();
    int symBits = EkTemplate.of(parent.area()).orElseThrow().symBits();
    try (SecretBytes hmacKey = OuterWrap.hmacKey(nameAlg, seedOfBlob);
        SecretBytes symKey = OuterWrap.symKey(nameAlg, seedOfBlob, name, symBits)) {
      TpmReader in = new TpmReader("TPM2B_PRIVATE", wrapped);
      Bytes integrity = in.sized("integrity", nameAlg.size());
      Bytes encrypted = in.bytes("encrypted", in.remaining());
      if (!nameAlg.hmac(hmacKey, encrypted, name.value()).constantTimeEquals(integrity)) {
        throw new TpmRefusedException(failure, "integrity");
      }
      return decrypt(symKey, encrypted);
    } catch (TpmDecodeException | GeneralSecurityException e) {
      TpmRefusedException refused = new TpmRefusedException(failure, "malformed");
      refused.initCause(e);
      throw refused;
    }
  }

  private static SecretBytes decrypt(SecretBytes key, Bytes encrypted)
      throws GeneralSecurityException {
    Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
    aes.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key.revealBytes(), "AES"),
        new IvParameterSpec(new byte[16]));
    TpmReader in = new TpmReader("TPM2B", Bytes.copyOf(aes.doFinal(encrypted.toArray())));
    Bytes content = in.sized("content", in.remaining());
    in.end();
    return SecretBytes.takeFrom(content.toArray());
  }
}
