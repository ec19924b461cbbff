// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.command.KeyCommands;
import io.fleetverifier.command.PolicyCommands;
import io.fleetverifier.command.Session;
import io.fleetverifier.command.TpmChannel;
import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.command.TpmRc;
import io.fleetverifier.command.TransientObject;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmsClockInfo;

/**
 * Opens a sealed share in the TPM (section 7, "Opening it in the TPM"). The share leaves the TPM
 * encrypted for this program, by a session salted to the EK that a signed answer names.
 *
 * <p>A TPM without a resource manager has three slots for objects and three for sessions; this
 * takes at most two of each.
 */
final class ShareOpener {

  /** Another program may extend a PCR at any moment, which undoes a satisfied PCR policy. */
  private static final int MOST_TRIES = 30;

  private final TpmChannel tpm;
  private final EndorsementKeys eks;
  private final KeyCommands keys;
  private final PolicyCommands policy;

  ShareOpener(TpmChannel tpm, EndorsementKeys eks) {
    this.tpm = tpm;
    this.eks = eks;
    this.keys = new KeyCommands(tpm);
    this.policy = new PolicyCommands(tpm);
  }

  /**
   * Opens the share.
   *
   * @param pcrs values of the release's PCRs, as quoted
   * @param clock counters, as quoted
   * @throws ReleaseRefusedException when the TPM does not open it: made for another TPM, another
   *     state of the PCRs or another boot, or changed on the way
   */
  SecretBytes open(SealedShare share, PcrValues pcrs, TpmsClockInfo clock) {
    try (LoadedEk ek = eks.load(share.template(), share.ekName());
        Session unsealing = Session.salted(tpm, HashAlg.SHA256, ek.entity(), ek.area());
        TransientObject object = bringIn(share, ek)) {
      return unseal(object, unsealing, pcrs, clock);
    } catch (TpmCommandException e) {
      throw new ReleaseRefusedException("the TPM does not open the release: " + e.getMessage(), e);
    } catch (TpmDecodeException e) {
      throw new ReleaseRefusedException("the release holds no sealed object", e);
    }
  }

  private TransientObject bringIn(SealedShare share, LoadedEk ek) {
    try (Session session = eks.authorisedFor(ek)) {
      Bytes objectPrivate =
          keys.importObject(
              ek.entity(), session, share.objectPublic(), share.duplicate(), share.inSymSeed());
      eks.authorise(session, ek);
      return keys.load(ek.entity(), session, objectPrivate, share.objectPublic());
    }
  }

  private SecretBytes unseal(
      TransientObject object, Session session, PcrValues pcrs, TpmsClockInfo clock) {
    Bytes pcrDigest = pcrs.digest(session.hash());
    for (int tries = 1; ; tries++) {
      try {
        policy.pcr(session, pcrs.selection(), pcrDigest);
        policy.counters(session, clock);
        return keys.unseal(object, session);
      } catch (TpmCommandException e) {
        if (!e.rc().is(TpmRc.PCR_CHANGED) || tries == MOST_TRIES) {
          throw e;
        }
      }
      policy.restart(session);
    }
  }
}
