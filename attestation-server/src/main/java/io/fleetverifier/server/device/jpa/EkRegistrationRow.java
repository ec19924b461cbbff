// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jpa;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.jpa.BytesJavaType;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JavaType;

/** A row of {@code ek_registration}: an EK known beforehand. */
@Entity
@Table(name = "ek_registration")
public class EkRegistrationRow {

  @Id
  @JavaType(BytesJavaType.class)
  private Bytes fingerprint;

  @ManyToOne private DeviceGroup group;
  private String note;
  private Instant createdAt;
  private String createdBy;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected EkRegistrationRow() {}

  public EkRegistrationRow(
      Bytes fingerprint, DeviceGroup group, String note, Instant createdAt, String createdBy) {
    this.fingerprint = fingerprint;
    this.group = group;
    this.note = note;
    this.createdAt = createdAt;
    this.createdBy = createdBy;
  }

  public Bytes fingerprint() {
    return fingerprint;
  }

  public DeviceGroup group() {
    return group;
  }

  public String note() {
    return note;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }
}
