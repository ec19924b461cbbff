// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.command.KeyCommands;
import io.fleetverifier.command.PolicyCommands;
import io.fleetverifier.command.Session;
import io.fleetverifier.command.SystemCommands;
import io.fleetverifier.command.TpmChannel;
import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.command.TpmEntity;
import io.fleetverifier.command.TpmRc;
import io.fleetverifier.command.TransientObject;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmtPublic;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The TPM's endorsement keys. A chip takes seconds to make an RSA key, so a persistent one is taken
 * where there is one; but TPM2_Clear deletes those, so each can also be made anew: it is the same
 * key.
 */
final class EndorsementKeys {

  private final TpmChannel tpm;
  private final KeyCommands keys;
  private final SystemCommands system;
  private final PolicyCommands policy;

  EndorsementKeys(TpmChannel tpm) {
    this.tpm = tpm;
    this.keys = new KeyCommands(tpm);
    this.system = new SystemCommands(tpm);
    this.policy = new PolicyCommands(tpm);
  }

  /** The EK of the template. */
  LoadedEk load(EkTemplate template) {
    return persistent(template, area -> true).orElseGet(() -> make(template));
  }

  /**
   * The EK of the template that has this Name.
   *
   * @throws ReleaseRefusedException when this TPM has no such key: what names it was made for
   *     another TPM, or the key that this TPM shows is not its own
   */
  LoadedEk load(EkTemplate template, TpmName name) {
    Optional<LoadedEk> persistent = persistent(template, area -> area.name().equals(name));
    if (persistent.isPresent()) {
      return persistent.get();
    }
    LoadedEk made = make(template);
    if (made.area().name().equals(name)) {
      return made;
    }
    made.close();
    throw new ReleaseRefusedException("the release is for an endorsement key of another TPM");
  }

  private Optional<LoadedEk> persistent(EkTemplate template, Predicate<TpmtPublic> wanted) {
    for (int handle : system.handles(SystemCommands.PERSISTENT_OBJECTS)) {
      Optional<TpmtPublic> area =
          endorsementPrimary(handle).filter(template::matches).filter(wanted);
      if (area.isPresent()) {
        return Optional.of(LoadedEk.persistent(template, handle, area.get()));
      }
    }
    return Optional.empty();
  }

  /** The area at the handle, when it is a primary key of the endorsement hierarchy. */
  private Optional<TpmtPublic> endorsementPrimary(int handle) {
    KeyCommands.PublicPart part = keys.readPublic(handle);
    try {
      TpmtPublic area = TpmtPublic.decode(part.area());
      TpmName primary = area.name().qualifiedUnder(TpmHandles.ENDORSEMENT);
      return primary.value().equals(part.qualifiedName()) ? Optional.of(area) : Optional.empty();
    } catch (TpmDecodeException e) {
      // An object of a kind that no template here knows is none of these keys.
      return Optional.empty();
    }
  }

  private LoadedEk make(EkTemplate template) {
    return LoadedEk.made(template, makePrimary(template.template()));
  }

  /** Makes a primary key of the endorsement hierarchy. */
  TransientObject makePrimary(TpmtPublic template) {
    try {
      return keys.createPrimary(TpmEntity.ENDORSEMENT, template);
    } catch (TpmCommandException e) {
      if (e.rc().is(TpmRc.BAD_AUTH)) {
        throw new TpmUnusableException(TpmUnusableException.Why.ENDORSEMENT_PASSWORD, e);
      }
      throw e;
    }
  }

  /**
   * A session that may use the key once. By its policy and never by its empty password: a wrong or
   * interrupted use of that counts towards the dictionary attack lock-out.
   */
  Session authorisedFor(LoadedEk ek) {
    Session session = Session.plain(tpm, ek.template().nameAlg());
    try {
      authorise(session, ek);
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Satisfies the key's policy; a session that was used has to do so again. */
  void authorise(Session session, LoadedEk ek) {
    policy.secretOfEndorsement(session);
    if (!ek.template().policyBranches().isEmpty()) {
      policy.or(session, ek.template().policyBranches());
    }
  }
}
