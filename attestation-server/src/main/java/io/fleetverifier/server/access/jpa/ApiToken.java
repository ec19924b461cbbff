// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access.jpa;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.jpa.BytesJavaType;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JavaType;
import org.jspecify.annotations.Nullable;

/** A row of {@code api_token}. */
@Entity
@Table(name = "api_token")
public class ApiToken {

  @Id private UUID id;

  @JavaType(BytesJavaType.class)
  private Bytes hash;

  private String name;
  private String role;
  private Instant createdAt;
  private Instant expiresAt;
  private @Nullable Instant revokedAt;
  private @Nullable Instant lastUsedAt;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected ApiToken() {}

  public ApiToken(
      UUID id, Bytes hash, String name, String role, Instant createdAt, Instant expiresAt) {
    this.id = id;
    this.hash = hash;
    this.name = name;
    this.role = role;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
  }

  public UUID id() {
    return id;
  }

  public Bytes hash() {
    return hash;
  }

  public String name() {
    return name;
  }

  public String role() {
    return role;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant expiresAt() {
    return expiresAt;
  }

  public @Nullable Instant revokedAt() {
    return revokedAt;
  }

  public @Nullable Instant lastUsedAt() {
    return lastUsedAt;
  }

  public boolean isUsable(Instant now) {
    return revokedAt == null && now.isBefore(expiresAt);
  }

  /** Ends the token; a second time changes nothing. */
  public void revoke(Instant now) {
    if (revokedAt == null) {
      revokedAt = now;
    }
  }
}
