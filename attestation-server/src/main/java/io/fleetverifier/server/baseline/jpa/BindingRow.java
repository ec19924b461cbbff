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
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A row of {@code binding}: that a group asks for a baseline, for which purposes. */
@Entity
@Table(name = "binding")
public class BindingRow {

  @Id private UUID id;

  @ManyToOne
  @JoinColumn(updatable = false)
  private DeviceGroup group;

  @ManyToOne
  @JoinColumn(updatable = false)
  private BaselineRow baseline;

  @JdbcTypeCode(SqlTypes.ARRAY)
  private List<String> purposes;

  private @Nullable Instant observeUntil;

  @Column(updatable = false)
  private Instant createdAt;

  @Column(updatable = false)
  private String createdBy;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected BindingRow() {}

  public BindingRow(
      UUID id,
      DeviceGroup group,
      BaselineRow baseline,
      List<String> purposes,
      @Nullable Instant observeUntil,
      Instant createdAt,
      String createdBy) {
    this.id = id;
    this.group = group;
    this.baseline = baseline;
    this.purposes = List.copyOf(purposes);
    this.observeUntil = observeUntil;
    this.createdAt = createdAt;
    this.createdBy = createdBy;
  }

  public UUID id() {
    return id;
  }

  public DeviceGroup group() {
    return group;
  }

  public BaselineRow baseline() {
    return baseline;
  }

  public List<String> purposes() {
    return List.copyOf(purposes);
  }

  public @Nullable Instant observeUntil() {
    return observeUntil;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }

  public void change(List<String> newPurposes, @Nullable Instant newObserveUntil) {
    this.purposes = List.copyOf(newPurposes);
    this.observeUntil = newObserveUntil;
  }
}
