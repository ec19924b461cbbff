// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jpa;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.jpa.BytesJavaType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JavaType;
import org.jspecify.annotations.Nullable;

/** A row of {@code join_token}. How often it was used is written by enrolment alone. */
@Entity
@Table(name = "join_token")
public class JoinTokenRow {

  @Id private UUID id;

  @JavaType(BytesJavaType.class)
  @Column(updatable = false)
  private Bytes hash;

  @ManyToOne private DeviceGroup group;

  @Column(updatable = false)
  private int uses;

  @Column(insertable = false, updatable = false)
  private int used;

  @Column(updatable = false)
  private Instant expiresAt;

  private @Nullable Instant revokedAt;

  @Column(updatable = false)
  private Instant createdAt;

  @Column(updatable = false)
  private String createdBy;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected JoinTokenRow() {}

  public JoinTokenRow(
      UUID id,
      Bytes hash,
      DeviceGroup group,
      int uses,
      Instant createdAt,
      Instant expiresAt,
      String createdBy) {
    this.id = id;
    this.hash = hash;
    this.group = group;
    this.uses = uses;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
    this.createdBy = createdBy;
  }

  public UUID id() {
    return id;
  }

  public Bytes hash() {
    return hash;
  }

  public DeviceGroup group() {
    return group;
  }

  public int uses() {
    return uses;
  }

  public int used() {
    return used;
  }

  public Instant expiresAt() {
    return expiresAt;
  }

  public @Nullable Instant revokedAt() {
    return revokedAt;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }

  /** Ends the token; a second time changes nothing. */
  public void revoke(Instant now) {
    if (revokedAt == null) {
      revokedAt = now;
    }
  }
}
