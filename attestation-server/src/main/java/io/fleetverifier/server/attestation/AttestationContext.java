// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.Binding;
import io.fleetverifier.server.appraisal.DeviceFacts;
import io.fleetverifier.server.appraisal.DeviceFacts.TpmState;
import io.fleetverifier.server.appraisal.DeviceFacts.Volume;
import io.fleetverifier.server.appraisal.EnrolledKey;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.appraisal.ReleasePolicy;
import io.fleetverifier.server.secret.StoredSecret;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is on record for one attestation key, read at once.
 *
 * @param active whether the device was neither revoked nor retired
 * @param tpmEpoch goes up when an operator accepts that a TPM starts over
 * @param sealingEk public area of the EK that secrets are sealed to
 * @param last what the TPM said last in the present epoch
 * @param endorsementRefusal why the TPM does not count as genuine, as far as its group minds
 * @param secrets pending and active versions
 * @param histories what was done with each secret of the device, by its id
 * @param attestEvery how often the group's devices should attest
 * @param policyRevision goes up with every edit that can change a verdict
 * @param epoch of the installation
 */
public record AttestationContext(
    UUID device,
    boolean active,
    UUID tpm,
    int tpmEpoch,
    Bytes sealingEk,
    Bytes sealingEkName,
    EnrolledKey key,
    @Nullable TpmState last,
    @Nullable ReasonCode endorsementRefusal,
    ReleasePolicy releasePolicy,
    List<Binding> bindings,
    List<StoredSecret> secrets,
    Map<UUID, SecretHistory> histories,
    Duration attestEvery,
    long policyRevision,
    int epoch) {

  /**
   * What was done with one secret.
   *
   * @param highestVersion the number of its newest version, in whatever state
   * @param boots its releases in its latest boots, newest boot first
   */
  public record SecretHistory(String volume, int highestVersion, List<Boot> boots) {}

  /** How often one secret was let go in the boot with this reset counter. */
  public record Boot(long resetCount, int releases) {}

  /** The same with what the group asks for. */
  public AttestationContext with(List<Binding> asked) {
    return new AttestationContext(
        device,
        active,
        tpm,
        tpmEpoch,
        sealingEk,
        sealingEkName,
        key,
        last,
        endorsementRefusal,
        releasePolicy,
        asked,
        secrets,
        histories,
        attestEvery,
        policyRevision,
        epoch);
  }

  /** The facts that policy asks for, in the boot that the quote shows. */
  DeviceFacts factsAt(long resetCount) {
    Map<String, Volume> volumes = new HashMap<>();
    histories.forEach((secret, history) ->
        volumes.put(
            history.volume(),
            new Volume(
                active(history.volume()).map(StoredSecret::pin).orElse(null),
                pending(history.volume()).isPresent(),
                releasesIn(resetCount, history.boots()),
                bootsAtTheLimit(history.boots()))));
    return new DeviceFacts(last, volumes, endorsementRefusal);
  }

  Optional<StoredSecret> active(String volume) {
    return secrets.stream()
        .filter(secret -> secret.volume().equals(volume) && !secret.isPending())
        .findFirst();
  }

  Optional<StoredSecret> pending(String volume) {
    return secrets.stream()
        .filter(secret -> secret.volume().equals(volume) && secret.isPending())
        .findFirst();
  }

  /** The secret of a volume, whatever state its versions are in. */
  Optional<Map.Entry<UUID, SecretHistory>> history(String volume) {
    return histories.entrySet().stream()
        .filter(entry -> entry.getValue().volume().equals(volume))
        .findFirst();
  }

  private static int releasesIn(long resetCount, List<Boot> boots) {
    return boots.stream()
        .filter(boot -> boot.resetCount() == resetCount)
        .mapToInt(Boot::releases)
        .sum();
  }

  private int bootsAtTheLimit(List<Boot> boots) {
    return (int)
        boots.stream()
            .takeWhile(boot -> boot.releases() >= releasePolicy.maxReleasesPerBoot())
            .count();
  }
}
