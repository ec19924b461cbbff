// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import java.util.UUID;

/**
 * The signed release document (section 7): a share sealed to the TPM, and each secret encrypted
 * under share and release key.
 *
 * @param form always 1
 * @param ekTemplate label of the sealing EK's template, such as {@code L-2}
 * @param ekName Name of the sealing EK
 * @param pcrs PCRs of the sealed object's policy, ascending
 * @param objectPublic {@code TPMT_PUBLIC} of the sealed object
 * @param duplicate content of a {@code TPM2B_PRIVATE}
 * @param inSymSeed content of a {@code TPM2B_ENCRYPTED_SECRET}
 * @param oneTimeKey the server's P-256 point for this release, 65 bytes
 */
public record Release(
    int form,
    UUID deviceId,
    String ekTemplate,
    Bytes ekName,
    String bank,
    List<Integer> pcrs,
    Bytes objectPublic,
    Bytes duplicate,
    Bytes inSymSeed,
    Bytes oneTimeKey,
    List<SealedSecret> secrets) {

  public static final int FORM = 1;

  /**
   * One secret.
   *
   * @param volume name of the volume it opens
   * @param id UUID of the secret
   * @param version counts from 1
   * @param ciphertext 48 bytes: 32 bytes and a tag
   */
  public record SealedSecret(String volume, UUID id, int version, Bytes ciphertext) {
    public SealedSecret {
      Check.volume(volume, "secrets.volume");
      Check.present(id, "secrets.id");
      Check.least(version, "secrets.version", 1);
      Check.size(ciphertext, "secrets.ciphertext", 48, 48);
    }
  }

  public Release {
    if (form != FORM) {
      throw new MalformedMessageException("release form " + form + " is not known");
    }
    Check.present(deviceId, "deviceId");
    Check.text(ekTemplate, "ekTemplate", 8);
    Check.size(ekName, "ekName", 22, 66);
    if (!Protocol.BANK.equals(Check.present(bank, "bank"))) {
      throw new MalformedMessageException("member 'bank' is not sha256");
    }
    pcrs = Check.distinct(pcrs, "pcrs", 24);
    Check.size(objectPublic, "objectPublic", 1, 256);
    Check.size(duplicate, "duplicate", 1, 512);
    Check.size(inSymSeed, "inSymSeed", 1, 1024);
    Check.size(oneTimeKey, "oneTimeKey", 65, 65);
    secrets = Check.count(secrets, "secrets", 1, Protocol.MAX_WANTED);
  }
}
