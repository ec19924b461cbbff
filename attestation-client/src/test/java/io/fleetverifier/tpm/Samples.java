// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.testing.KnownAnswers;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** At least one valid instance of every form that the decoders know. */
final class Samples {

  static final SoftTpm TPM = SoftTpm.seeded("samples");

  private static final Bytes DIGEST = Bytes.utf8("a digest").sha256();
  private static final Bytes NAME = Bytes.concat(Bytes.u16(HashAlg.SHA256.id()), DIGEST);

  private Samples() {}

  static List<TpmtPublic> areas() {
    List<TpmtPublic> areas = new ArrayList<>();
    for (EkTemplate template : EkTemplate.values()) {
      areas.add(template.template());
    }
    areas.add(AkTemplate.P256.template());
    areas.add(TPM.ak());
    areas.add(TPM.srk());
    areas.add(TPM.ek(EkTemplate.L2));
    areas.add(TPM.ek(EkTemplate.H3));
    areas.add(TpmtPublic.decode(KnownAnswers.bytes("rsa.public")));
    areas.add(keyedHash(new TpmtKeyedHashScheme.Hmac(HashAlg.SHA384)));
    areas.add(keyedHash(new TpmtKeyedHashScheme.Xor(HashAlg.SHA1, TpmAlg.KDF1_SP800_108)));
    areas.add(
        area(
            new TpmuPublicParms.SymCipher(new TpmtSymDefObject(TpmAlg.AES, 192, TpmAlg.NULL)),
            new TpmuPublicId.SymCipher(DIGEST)));
    for (TpmtAsymScheme scheme :
        List.of(
            TpmtAsymScheme.RSAES,
            TpmtAsymScheme.rsassa(HashAlg.SHA256),
            TpmtAsymScheme.rsapss(HashAlg.SHA384),
            TpmtAsymScheme.oaep(HashAlg.SHA512))) {
      areas.add(
          area(
              new TpmuPublicParms.Rsa(TpmtSymDefObject.NONE, scheme, 1024, 3),
              new TpmuPublicId.Rsa(Bytes.EMPTY)));
    }
    areas.add(
        area(
            new TpmuPublicParms.Ecc(
                TpmtSymDefObject.NONE,
                TpmtAsymScheme.ecdh(HashAlg.SHA256),
                EccCurve.P521,
                new TpmtKdfScheme(TpmAlg.KDF1_SP800_56A, Optional.of(HashAlg.SHA256))),
            new TpmuPublicId.Ecc(Bytes.of(1, 2, 3), Bytes.zeros(66))));
    return areas;
  }

  private static TpmtPublic keyedHash(TpmtKeyedHashScheme scheme) {
    return area(new TpmuPublicParms.KeyedHash(scheme), new TpmuPublicId.KeyedHash(Bytes.EMPTY));
  }

  private static TpmtPublic area(TpmuPublicParms parms, TpmuPublicId unique) {
    return new TpmtPublic(
        HashAlg.SHA256, TpmaObject.of(TpmaObject.SIGN, TpmaObject.NO_DA), DIGEST, parms, unique);
  }

  static List<TpmsAttest> attests() {
    TpmsClockInfo clock = new TpmsClockInfo(-1, 0xffff_ffffL, 7, true);
    List<TpmuAttest> statements =
        List.of(
            new TpmsQuoteInfo(PcrSelection.of(HashAlg.SHA256, 0, 7, 23), DIGEST),
            new TpmsQuoteInfo(new PcrSelection(List.of()), Bytes.EMPTY),
            new TpmuAttest.Certify(NAME, Bytes.u32(0x40000007)),
            new TpmuAttest.Creation(NAME, DIGEST),
            new TpmuAttest.Nv(NAME, 3, Bytes.of(1, 2, 3)),
            new TpmuAttest.Time(5, clock, -2),
            new TpmuAttest.CommandAudit(9, HashAlg.SHA256, DIGEST, Bytes.EMPTY),
            new TpmuAttest.SessionAudit(true, DIGEST),
            new TpmuAttest.NvDigest(NAME, DIGEST));
    return statements.stream()
        .map(statement ->
            new TpmsAttest(
                TpmsAttest.TPM_GENERATED, NAME, Bytes.of(1, 2), clock, 1L << 63, statement))
        .toList();
  }

  static List<TpmtSignature> signatures() {
    return List.of(
        new TpmtSignature.Rsassa(HashAlg.SHA256, Bytes.zeros(256)),
        new TpmtSignature.Rsapss(HashAlg.SHA512, Bytes.of(1, 2, 3)),
        new TpmtSignature.Ecdsa(HashAlg.SHA384, Bytes.zeros(66), Bytes.of(9)));
  }

  static List<PcrSelection> selections() {
    return List.of(
        new PcrSelection(List.of()),
        PcrSelection.of(HashAlg.SHA256, 0, 8, 23),
        new PcrSelection(
            List.of(
                new PcrSelection.Bank(HashAlg.SHA1, Bytes.of(0xff)),
                new PcrSelection.Bank(HashAlg.SHA512, Bytes.of(0, 0, 0, 0)))));
  }
}
