// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import io.fleetverifier.server.device.jpa.DeviceGroup;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code acceptance}: that a version counts for a group, from when until when. */
@Entity
@Table(name = "acceptance")
public class AcceptanceRow {

  @Id private UUID id;

  @ManyToOne
  @JoinColumn(name = "version_id", updatable = false)
  private BaselineVersionRow version;

  @ManyToOne
  @JoinColumn(updatable = false)
  private DeviceGroup group;

  @Column(updatable = false)
  private Instant validFrom;

  @Column(updatable = false)
  private @Nullable Instant validTo;

  private @Nullable Instant endedAt;

  @Column(updatable = false)
  private Instant createdAt;

  @Column(updatable = false)
  private String createdBy;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected AcceptanceRow() {}

  public AcceptanceRow(
      UUID id,
      BaselineVersionRow version,
      DeviceGroup group,
      Instant validFrom,
      @Nullable Instant validTo,
      Instant createdAt,
      String createdBy) {
    this.id = id;
    this.version = version;
    this.group = group;
    this.validFrom = validFrom;
    this.validTo = validTo;
    this.createdAt = createdAt;
    this.createdBy = createdBy;
  }

  public UUID id() {
    return id;
  }

  public BaselineVersionRow version() {
    return version;
  }

  public DeviceGroup group() {
    return group;
  }

  public Instant validFrom() {
    return validFrom;
  }

  public @Nullable Instant validTo() {
    return validTo;
  }

  public @Nullable Instant endedAt() {
    return endedAt;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }

  public void end(Instant now) {
    endedAt = now;
  }
}
