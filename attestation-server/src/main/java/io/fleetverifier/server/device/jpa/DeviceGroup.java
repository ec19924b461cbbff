// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jpa;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A row of {@code device_group}: which devices it takes and what a release asks for. */
@Entity
@Table(name = "device_group")
public class DeviceGroup {

  private static final int USUAL_RELEASES_PER_BOOT = 5;
  private static final int USUAL_ATTESTATION_SECONDS = 3600;

  @Id private UUID id;

  @Column(updatable = false)
  private String name;

  @Column(updatable = false)
  private Instant createdAt;

  private boolean acceptUnproven;
  private boolean acceptJoinToken = true;
  private boolean acceptApproval = true;

  @JdbcTypeCode(SqlTypes.ARRAY)
  private List<String> optionalEkTemplates = List.of();

  @JdbcTypeCode(SqlTypes.ARRAY)
  @ColumnTransformer(read = "cast(source_networks as text[])", write = "cast(? as cidr[])")
  private List<String> sourceNetworks = List.of();

  private @Nullable Long maxSilenceSeconds;
  private int maxReleasesPerBoot = USUAL_RELEASES_PER_BOOT;
  private int attestEverySeconds = USUAL_ATTESTATION_SECONDS;

  @Version private @Nullable Long version;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected DeviceGroup() {}

  public DeviceGroup(UUID id, String name, Instant createdAt) {
    this.id = id;
    this.name = name;
    this.createdAt = createdAt;
  }

  public UUID id() {
    return id;
  }

  public String name() {
    return name;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public boolean acceptUnproven() {
    return acceptUnproven;
  }

  public void setAcceptUnproven(boolean acceptUnproven) {
    this.acceptUnproven = acceptUnproven;
  }

  public boolean acceptJoinToken() {
    return acceptJoinToken;
  }

  public void setAcceptJoinToken(boolean acceptJoinToken) {
    this.acceptJoinToken = acceptJoinToken;
  }

  public boolean acceptApproval() {
    return acceptApproval;
  }

  public void setAcceptApproval(boolean acceptApproval) {
    this.acceptApproval = acceptApproval;
  }

  public List<String> optionalEkTemplates() {
    return List.copyOf(optionalEkTemplates);
  }

  public void setOptionalEkTemplates(List<String> labels) {
    this.optionalEkTemplates = List.copyOf(labels);
  }

  public List<String> sourceNetworks() {
    return List.copyOf(sourceNetworks);
  }

  public void setSourceNetworks(List<String> networks) {
    this.sourceNetworks = List.copyOf(networks);
  }

  public @Nullable Long maxSilenceSeconds() {
    return maxSilenceSeconds;
  }

  public void setMaxSilenceSeconds(@Nullable Long seconds) {
    this.maxSilenceSeconds = seconds;
  }

  public int maxReleasesPerBoot() {
    return maxReleasesPerBoot;
  }

  public void setMaxReleasesPerBoot(int releases) {
    this.maxReleasesPerBoot = releases;
  }

  public int attestEverySeconds() {
    return attestEverySeconds;
  }

  public void setAttestEverySeconds(int seconds) {
    this.attestEverySeconds = seconds;
  }

  /** Goes up with every change; known once the row is stored. Spring reads the field itself. */
  public long rowVersion() {
    return Objects.requireNonNull(version, "not stored yet");
  }
}
