// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Etags;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.device.jpa.DeviceGroup;
import io.fleetverifier.server.device.jpa.DeviceGroupRepository;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Groups of devices: made, changed, never removed. */
@Component
public final class Groups {

  private final DeviceGroupRepository rows;
  private final AuditedActs acts;
  private final PolicyEdits edits;
  private final InstantSource clock;

  Groups(DeviceGroupRepository rows, AuditedActs acts, PolicyEdits edits, InstantSource clock) {
    this.rows = rows;
    this.acts = acts;
    this.edits = edits;
    this.clock = clock;
  }

  public Page<Group> list(PageQuery query) {
    String after = query.after(Cursor.of("")).word(0);
    return Page.of(
        rows.pageAfter(after, Limit.of(query.rows())),
        query.most(),
        Groups::view,
        group -> Cursor.of(group.name()));
  }

  /**
   * The group of this name.
   *
   * @throws ProblemException not-found
   */
  public Group get(String name) {
    return view(row(name));
  }

  /**
   * The row of this name, for features whose rows point to it.
   *
   * @throws ProblemException not-found
   */
  public DeviceGroup row(String name) {
    return rows.findByName(name)
        .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "no group has this name"));
  }

  /**
   * The row of a group that a body names.
   *
   * @throws ProblemException invalid
   */
  public DeviceGroup named(String name) {
    return rows.findByName(name)
        .orElseThrow(() -> Violations.of("/group", "no group has this name"));
  }

  /**
   * The id of a group that a body names.
   *
   * @throws ProblemException invalid
   */
  public UUID idOf(String name) {
    return named(name).id();
  }

  /**
   * Makes a group. It changes no verdict: nothing is in it yet.
   *
   * @throws ProblemException invalid, or conflict when the name is taken
   */
  public Group create(String actor, GroupChange wanted) {
    String name = wanted.name();
    if (name == null) {
      throw Violations.of("/name", "must not be null");
    }
    refuseWrongNetworks(wanted);
    return acts.perform(
        actor,
        "group.create",
        "group/" + name,
        Map.of("set", wanted),
        () -> {
          if (rows.existsByName(name)) {
            throw new ProblemException(ProblemCode.CONFLICT, "a group has this name already");
          }
          DeviceGroup group =
              new DeviceGroup(
                  UUID.randomUUID(), name, clock.instant().truncatedTo(ChronoUnit.MILLIS));
          apply(wanted, group);
          return view(rows.saveAndFlush(group));
        });
  }

  /**
   * Changes a group.
   *
   * @param ifMatch the ETag that the caller saw
   * @throws ProblemException invalid, not-found, precondition-required, precondition-failed
   */
  public Group change(String actor, String name, @Nullable String ifMatch, GroupChange wanted) {
    if (wanted.name() != null) {
      throw Violations.of("/name", "a group keeps its name");
    }
    refuseWrongNetworks(wanted);
    return edits.edit(
        actor,
        "group.change",
        "group/" + name,
        Map.of("set", wanted),
        () -> {
          DeviceGroup group = row(name);
          Etags.require(ifMatch, group.rowVersion());
          apply(wanted, group);
          return view(rows.saveAndFlush(group));
        });
  }

  private static void refuseWrongNetworks(GroupChange wanted) {
    Violations violations = new Violations();
    List<String> networks = wanted.sourceNetworks() == null ? List.of() : wanted.sourceNetworks();
    for (int i = 0; i < networks.size(); i++) {
      violations.unless(
          Cidr.isValid(networks.get(i)),
          "/sourceNetworks/" + i,
          "must be a network such as 192.0.2.0/24, without host bits");
    }
    violations.refuse();
  }

  private static void apply(GroupChange wanted, DeviceGroup group) {
    set(wanted.acceptUnproven(), group::setAcceptUnproven);
    set(wanted.acceptJoinToken(), group::setAcceptJoinToken);
    set(wanted.acceptApproval(), group::setAcceptApproval);
    set(wanted.optionalEkTemplates(), group::setOptionalEkTemplates);
    set(wanted.sourceNetworks(), group::setSourceNetworks);
    set(wanted.maxSilenceSeconds(), limit -> group.setMaxSilenceSeconds(limit == 0 ? null : limit));
    set(wanted.maxReleasesPerBoot(), group::setMaxReleasesPerBoot);
    set(wanted.attestEverySeconds(), group::setAttestEverySeconds);
  }

  private static <T> void set(@Nullable T value, Consumer<T> setter) {
    Optional.ofNullable(value).ifPresent(setter);
  }

  private static Group view(DeviceGroup group) {
    return new Group(
        group.name(),
        group.acceptUnproven(),
        group.acceptJoinToken(),
        group.acceptApproval(),
        group.optionalEkTemplates(),
        group.sourceNetworks(),
        group.maxSilenceSeconds(),
        group.maxReleasesPerBoot(),
        group.attestEverySeconds(),
        group.createdAt(),
        group.rowVersion());
  }
}
