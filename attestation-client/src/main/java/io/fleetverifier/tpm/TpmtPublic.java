// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.security.PublicKey;
import java.util.Optional;

/**
 * A public area: what a TPM object is, without its sensitive part.
 *
 * <p>TPM 2.0 Library, Part 2: TPMT_PUBLIC. An object without a Name (nameAlg TPM_ALG_NULL) is
 * refused.
 *
 * @param authPolicy empty, or a digest of nameAlg
 * @param unique of the same type of object as {@code parameters}
 */
public record TpmtPublic(
    HashAlg nameAlg,
    TpmaObject attributes,
    Bytes authPolicy,
    TpmuPublicParms parameters,
    TpmuPublicId unique) {

  /**
   * Checks that the members fit each other.
   *
   * @throws IllegalArgumentException when the members do not fit each other
   */
  public TpmtPublic {
    if (!authPolicy.isEmpty() && authPolicy.size() != nameAlg.size()) {
      throw new IllegalArgumentException("authPolicy is neither empty nor a digest of nameAlg");
    }
    if (!TpmuPublicId.fits(unique, parameters, nameAlg)) {
      throw new IllegalArgumentException("unique does not fit the parameters");
    }
  }

  /**
   * Decodes a whole public area.
   *
   * @param area TPMT_PUBLIC, without the outer size of a TPM2B_PUBLIC
   * @throws TpmDecodeException for anything else
   */
  public static TpmtPublic decode(Bytes area) {
    TpmReader in = new TpmReader("TPMT_PUBLIC", area);
    int type = in.u16("type");
    if (!TpmuPublicParms.isType(type)) {
      throw in.unknown("type", type);
    }
    HashAlg nameAlg = in.hashAlg("nameAlg");
    TpmaObject attributes = TpmaObject.decode(in);
    Bytes authPolicy = in.sizedEmptyOr("authPolicy", nameAlg.size());
    TpmuPublicParms parameters = TpmuPublicParms.decode(type, in);
    TpmuPublicId unique = TpmuPublicId.decode(parameters, nameAlg, in);
    in.end();
    return new TpmtPublic(nameAlg, attributes, authPolicy, parameters, unique);
  }

  /** TPMT_PUBLIC, without the outer size of a TPM2B_PUBLIC. */
  public Bytes encode() {
    TpmWriter out = new TpmWriter();
    out.u16(type()).u16(nameAlg.id());
    attributes.encode(out);
    out.sized(authPolicy);
    TpmuPublicParms.encode(parameters, out);
    TpmuPublicId.encode(unique, out);
    return out.toBytes();
  }

  /** The TPM_ALG_ID of the type of object, such as {@link TpmAlg#ECC}. */
  public int type() {
    return parameters.type();
  }

  public TpmName name() {
    return TpmName.of(this);
  }

  /** The same area with another unique part. */
  public TpmtPublic withUnique(TpmuPublicId other) {
    return new TpmtPublic(nameAlg, attributes, authPolicy, parameters, other);
  }

  /** Whether both areas are the same bit for bit, apart from the unique part. */
  public boolean equalsApartFromUnique(TpmtPublic other) {
    return nameAlg == other.nameAlg
        && attributes.equals(other.attributes)
        && authPolicy.equals(other.authPolicy)
        && parameters.equals(other.parameters);
  }

  /**
   * Why the key in this area must not be used: its size, its exponent, a known weak form, a point
   * off the curve; empty when none of these is found.
   */
  public Optional<KeyProblem> keyProblem() {
    return AreaKey.problemOf(this);
  }

  /**
   * The RSA or ECC key in this area, checked as {@link #keyProblem()} says.
   *
   * @throws TpmKeyException when there is a problem with it
   */
  public PublicKey toPublicKey() {
    return AreaKey.publicKeyOf(this);
  }

  /**
   * The DER SubjectPublicKeyInfo (RFC 5280 section 4.1; RFC 3279, RFC 5480) of the key in this
   * area, made from nothing but its numbers: one key has one spelling.
   *
   * @throws TpmKeyException when there is a problem with the key
   */
  public Bytes subjectPublicKeyInfo() {
    return AreaKey.subjectPublicKeyInfoOf(this);
  }
}
