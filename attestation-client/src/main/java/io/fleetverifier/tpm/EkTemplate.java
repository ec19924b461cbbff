// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * The templates from which vendors of TPMs make the endorsement keys that they certify. H-5 (SM2)
 * is not among them: Java has none of its algorithms.
 *
 * <p>TCG EK Credential Profile for TPM Family 2.0, annex B.
 */
public enum EkTemplate {
  L1("L-1", 0x01c00002, low(rsa(2048, 128), zeroModulus())),
  L2("L-2", 0x01c0000a, low(ecc(EccCurve.P256, 128), zeroPoint())),
  H1("H-1", 0x01c00012, high(HashAlg.SHA256, rsa(2048, 128), emptyModulus())),
  H2("H-2", 0x01c00014, high(HashAlg.SHA256, ecc(EccCurve.P256, 128), emptyPoint())),
  H3("H-3", 0x01c00016, high(HashAlg.SHA384, ecc(EccCurve.P384, 256), emptyPoint())),
  H4("H-4", 0x01c00018, high(HashAlg.SHA512, ecc(EccCurve.P521, 256), emptyPoint())),
  H6("H-6", 0x01c0001c, high(HashAlg.SHA384, rsa(3072, 256), emptyModulus())),
  H7("H-7", 0x01c0001e, high(HashAlg.SHA384, rsa(4096, 256), emptyModulus()));

  private final String label;
  private final int nvCertificateIndex;

  // A public area is immutable through and through, which the checker cannot see without marks.
  @SuppressWarnings("ImmutableEnumChecker")
  private final TpmtPublic template;

  EkTemplate(String label, int nvCertificateIndex, TpmtPublic template) {
    this.label = label;
    this.nvCertificateIndex = nvCertificateIndex;
    this.template = template;
  }

  /** The template that this area was made from, if it was made from one of these. */
  public static Optional<EkTemplate> of(TpmtPublic area) {
    for (EkTemplate candidate : values()) {
      if (candidate.matches(area)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The template with this label, such as {@code L-1}. */
  public static Optional<EkTemplate> ofLabel(String label) {
    for (EkTemplate candidate : values()) {
      if (candidate.label.equals(label)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The label in the profile, such as {@code L-1}. */
  public String label() {
    return label;
  }

  /** The NV index at which a TPM holds the certificate of this key, when it holds one. */
  public int nvCertificateIndex() {
    return nvCertificateIndex;
  }

  public HashAlg nameAlg() {
    return template.nameAlg();
  }

  /** The key size in bits of the cipher that protects what is wrapped for this key. */
  public int symBits() {
    return Parents.symmetricOf(template).keyBits();
  }

  /** The area as it is sent to TPM2_CreatePrimary in the endorsement hierarchy. */
  public TpmtPublic template() {
    return template;
  }

  /** Whether the area is this template bit for bit, apart from the unique part. */
  public boolean matches(TpmtPublic area) {
    return template.equalsApartFromUnique(area);
  }

  private static TpmtPublic low(TpmuPublicParms parameters, TpmuPublicId unique) {
    TpmaObject attributes = new TpmaObject(0x000300b2);
    Bytes policy = policyA(HashAlg.SHA256).value();
    return new TpmtPublic(HashAlg.SHA256, attributes, policy, parameters, unique);
  }

  private static TpmtPublic high(HashAlg nameAlg, TpmuPublicParms parameters, TpmuPublicId unique) {
    TpmaObject attributes = new TpmaObject(0x000300f2);
    Bytes policy = policyB(nameAlg).value();
    return new TpmtPublic(nameAlg, attributes, policy, parameters, unique);
  }

  /**
   * The branches of the PolicyOR that ends the policy of an H template, in its order; none for an L
   * template, whose policy is the first branch itself.
   */
  public List<PolicyDigest> policyBranches() {
    return template.authPolicy().equals(policyA(nameAlg()).value())
        ? List.of()
        : List.of(policyA(nameAlg()), policyC(nameAlg()));
  }

  /** Who knows the secret of the endorsement hierarchy. */
  static PolicyDigest policyA(HashAlg hash) {
    return PolicyDigest.start(hash).policySecretEndorsement();
  }

  /** Whatever policy the profile's NV index holds. */
  static PolicyDigest policyC(HashAlg hash) {
    return PolicyDigest.start(hash).policyAuthorizeNv(policyIndex(hash));
  }

  /** Either of the two. */
  static PolicyDigest policyB(HashAlg hash) {
    return PolicyDigest.start(hash).policyOr(policyA(hash), policyC(hash));
  }

  /** The Name of the policy index for this hash: 01C07F01, 01C07F02, 01C07F03. */
  private static TpmName policyIndex(HashAlg hash) {
    String name =
        switch (hash) {
          case SHA256 -> "000b0c9d717e9c3fe69fda41769450bb145957f8b3610e084dbf65591a5d11ecd83f";
          case SHA384 ->
              "000cdb62fca346612c976732ff4e8621fb4e858be82586486504f7d02e621f8d7d61ae32cfc60c4d120609ed"
                  + "6768afcf090c";
          case SHA512 ->
              "000d1c47c0bbcbd3cf7d7cae6987d31937c171015dde3b7f0d3c869bca1f7e8a223b9acfadb49b7c9cf14d45"
                  + "0f41e9327de34d9291eece2c58ab1dc10e9059cce560";
          case SHA1 -> throw new IllegalArgumentException("the profile has no SHA-1 policy index");
        };
    return new TpmName(Bytes.fromHex(name));
  }

  private static TpmuPublicParms rsa(int keyBits, int symBits) {
    return new TpmuPublicParms.Rsa(
        TpmtSymDefObject.aesCfb(symBits), TpmtAsymScheme.NONE, keyBits, 0);
  }

  private static TpmuPublicParms ecc(EccCurve curve, int symBits) {
    return new TpmuPublicParms.Ecc(
        TpmtSymDefObject.aesCfb(symBits), TpmtAsymScheme.NONE, curve, TpmtKdfScheme.NONE);
  }

  private static TpmuPublicId zeroModulus() {
    return new TpmuPublicId.Rsa(Bytes.zeros(256));
  }

  private static TpmuPublicId emptyModulus() {
    return new TpmuPublicId.Rsa(Bytes.EMPTY);
  }

  private static TpmuPublicId zeroPoint() {
    return new TpmuPublicId.Ecc(Bytes.zeros(32), Bytes.zeros(32));
  }

  private static TpmuPublicId emptyPoint() {
    return new TpmuPublicId.Ecc(Bytes.EMPTY, Bytes.EMPTY);
  }
}
