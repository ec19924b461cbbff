// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A row of {@code baseline}: the named thing whose versions follow one another. */
@Entity
@Table(name = "baseline")
public class BaselineRow {

  @Id private UUID id;
  private String name;
  private String aspect;
  private Instant createdAt;
  private String createdBy;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected BaselineRow() {}

  public BaselineRow(UUID id, String name, String aspect, Instant createdAt, String createdBy) {
    this.id = id;
    this.name = name;
    this.aspect = aspect;
    this.createdAt = createdAt;
    this.createdBy = createdBy;
  }

  public UUID id() {
    return id;
  }

  public String name() {
    return name;
  }

  public String aspect() {
    return aspect;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }
}
