// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.TpmAlg;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmReader;
import io.fleetverifier.tpm.TpmWriter;
import io.fleetverifier.tpm.TpmtPublic;
import java.util.List;

/**
 * Commands on keys and sealed objects. TPM 2.0 Library, Part 3: Hierarchy Commands, Object
 * Commands, Duplication Commands.
 */
public final class KeyCommands {

  private static final int LARGEST_STRUCTURE = TpmLimits.LARGEST_STRUCTURE;

  private final TpmChannel tpm;

  public KeyCommands(TpmChannel tpm) {
    this.tpm = tpm;
  }

  /**
   * What TPM2_ReadPublic tells.
   *
   * @param area TPMT_PUBLIC, not decoded: a TPM may hold objects of kinds unknown here
   * @param qualifiedName the contents of a TPM2B_NAME
   */
  public record PublicPart(Bytes area, Bytes name, Bytes qualifiedName) {}

  /** TPM2_CreatePrimary with an empty password, in a hierarchy that has none either. */
  public TransientObject createPrimary(TpmEntity hierarchy, TpmtPublic template) {
    TpmWriter parameters =
        new TpmWriter()
            // TPM2B_SENSITIVE_CREATE: neither password nor data.
            .sized(new TpmWriter().sized(Bytes.EMPTY).sized(Bytes.EMPTY).toBytes())
            .sized(template.encode())
            .sized(Bytes.EMPTY)
            .u32(0);
    TpmResponse response =
        tpm.execute(
            TpmCommand.of(CommandCode.CREATE_PRIMARY, List.of(hierarchy), parameters),
            Authorization.EMPTY_PASSWORD);
    return flushedUnless(
        response,
        () -> {
          TpmReader in = response.reader();
          TpmtPublic area = TpmtPublic.decode(in.sized("outPublic", LARGEST_STRUCTURE));
          in.sized("creationData", LARGEST_STRUCTURE);
          in.sized("creationHash", LARGEST_STRUCTURE);
          skipTicket(in);
          requireName(area, in);
          return new TransientObject(tpm, response.handle(), area);
        });
  }

  /** TPM2_ReadPublic. */
  public PublicPart readPublic(int handle) {
    TpmEntity object = TpmEntity.permanent(handle);
    TpmReader in =
        tpm.execute(new TpmCommand(CommandCode.READ_PUBLIC, List.of(object), Bytes.EMPTY)).reader();
    PublicPart part =
        new PublicPart(
            in.sized("outPublic", LARGEST_STRUCTURE),
            in.sized("name", LARGEST_STRUCTURE),
            in.sized("qualifiedName", LARGEST_STRUCTURE));
    in.end();
    return part;
  }

  /**
   * TPM2_Import of an object with an outer wrap only.
   *
   * @param session satisfies the policy of the parent, and goes on
   * @param objectPublic TPMT_PUBLIC
   * @param duplicate the contents of a TPM2B_PRIVATE
   * @param inSymSeed the contents of a TPM2B_ENCRYPTED_SECRET
   * @return the contents of a TPM2B_PRIVATE for {@link #load}; not secret
   */
  public Bytes importObject(
      TpmEntity parent, Session session, Bytes objectPublic, Bytes duplicate, Bytes inSymSeed) {
    TpmWriter parameters =
        new TpmWriter()
            .sized(Bytes.EMPTY)
            .sized(objectPublic)
            .sized(duplicate)
            .sized(inSymSeed)
            .u16(TpmAlg.NULL);
    TpmReader in =
        tpm.execute(TpmCommand.of(CommandCode.IMPORT, List.of(parent), parameters), session.once())
            .reader();
    Bytes outPrivate = in.sized("outPrivate", LARGEST_STRUCTURE);
    in.end();
    return outPrivate;
  }

  /**
   * TPM2_Load.
   *
   * @param session satisfies the policy of the parent, and ends
   */
  public TransientObject load(
      TpmEntity parent, Session session, Bytes objectPrivate, Bytes objectPublic) {
    TpmtPublic area = TpmtPublic.decode(objectPublic);
    TpmWriter parameters = new TpmWriter().sized(objectPrivate).sized(objectPublic);
    TpmResponse response =
        tpm.execute(TpmCommand.of(CommandCode.LOAD, List.of(parent), parameters), session.last());
    return flushedUnless(
        response,
        () -> {
          requireName(area, response.reader());
          return new TransientObject(tpm, response.handle(), area);
        });
  }

  /**
   * TPM2_Unseal.
   *
   * @param session salted; satisfies the policy of the object, and ends
   */
  public SecretBytes unseal(TransientObject object, Session session) {
    TpmReader in =
        tpm.execute(
                new TpmCommand(CommandCode.UNSEAL, List.of(object.entity()), Bytes.EMPTY),
                session.lastEncrypted())
            .reader();
    Bytes encrypted = in.sized("outData", TpmLimits.LARGEST_SEALED);
    in.end();
    return session.decrypt(encrypted);
  }

  /**
   * TPM2_ActivateCredential.
   *
   * @param ak the object that the credential is bound to, without a password
   * @param session salted; satisfies the policy of the EK, and ends
   */
  public SecretBytes activateCredential(
      TpmEntity ak, TpmEntity ek, Session session, CredentialBlob blob) {
    TpmWriter parameters = new TpmWriter().sized(blob.idObject()).sized(blob.encryptedSecret());
    TpmReader in =
        tpm.execute(
                TpmCommand.of(CommandCode.ACTIVATE_CREDENTIAL, List.of(ak, ek), parameters),
                Authorization.EMPTY_PASSWORD,
                session.lastEncrypted())
            .reader();
    Bytes encrypted = in.sized("certInfo", TpmLimits.LARGEST_DIGEST);
    in.end();
    return session.decrypt(encrypted);
  }

  /** Reads a Name at the end of a response and compares it with that of the area. */
  private static void requireName(TpmtPublic area, TpmReader in) {
    TpmName name = TpmName.decode(in.sized("name", LARGEST_STRUCTURE));
    in.end();
    if (!name.equals(area.name())) {
      throw new TpmResponseException("the response tells another Name than that of the area");
    }
  }

  /** TPMT_TK_CREATION. */
  private static void skipTicket(TpmReader in) {
    in.u16("creationTicket.tag");
    in.u32("creationTicket.hierarchy");
    in.sized("creationTicket.digest", TpmLimits.LARGEST_DIGEST);
  }

  private interface Decoding {
    TransientObject decode();
  }

  /** The object is in the TPM already: it must not stay there when its response is refused. */
  private TransientObject flushedUnless(TpmResponse response, Decoding decoding) {
    try {
      return decoding.decode();
    } catch (RuntimeException e) {
      tpm.flush(response.handle());
      throw e;
    }
  }
}
