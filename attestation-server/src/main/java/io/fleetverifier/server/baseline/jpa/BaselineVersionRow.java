// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import io.fleetverifier.bytes.Bytes;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code baseline_version} with its reference values: one immutable content. */
@Entity
@Table(name = "baseline_version")
public class BaselineVersionRow {

  @Id private UUID id;

  @ManyToOne
  @JoinColumn(updatable = false)
  private BaselineRow baseline;

  @Column(updatable = false)
  private int number;

  @Column(updatable = false)
  private String label;

  private String state;

  @Embedded private VersionSource source;

  @ElementCollection
  @CollectionTable(name = "reference_value", joinColumns = @JoinColumn(name = "version_id"))
  private List<ReferenceValue> values;

  @Column(updatable = false)
  private Instant createdAt;

  @Column(updatable = false)
  private String createdBy;

  private @Nullable Instant publishedAt;
  private @Nullable Instant revokedAt;

  @Version private @Nullable Long version;

  /** For JPA, which fills every field right after. */
  @SuppressWarnings("NullAway.Init")
  protected BaselineVersionRow() {}

  /** A draft. */
  public BaselineVersionRow(
      UUID id,
      BaselineRow baseline,
      int number,
      String label,
      VersionSource source,
      List<ReferenceValue> values,
      Instant createdAt,
      String createdBy) {
    this.id = id;
    this.baseline = baseline;
    this.number = number;
    this.label = label;
    this.state = VersionState.DRAFT.toString();
    this.source = source;
    this.values = new ArrayList<>(values);
    this.createdAt = createdAt;
    this.createdBy = createdBy;
  }

  public UUID id() {
    return id;
  }

  public BaselineRow baseline() {
    return baseline;
  }

  public int number() {
    return number;
  }

  public String label() {
    return label;
  }

  public VersionState state() {
    return VersionState.of(state);
  }

  public String origin() {
    return source.origin();
  }

  /** SHA-256 of the boot event log that the version was made from, where one is known. */
  public Optional<Bytes> sourceLog() {
    return Optional.ofNullable(source.sourceLog());
  }

  /** What is known of the image that the version was foretold from: a JSON object. */
  public Optional<String> sourceImage() {
    return Optional.ofNullable(source.sourceImage());
  }

  public List<ReferenceValue> values() {
    return List.copyOf(values);
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }

  public @Nullable Instant publishedAt() {
    return publishedAt;
  }

  public @Nullable Instant revokedAt() {
    return revokedAt;
  }

  /** Goes up with every change; known once the row is stored. Spring reads the field itself. */
  public long rowVersion() {
    return Objects.requireNonNull(version, "not stored yet");
  }

  public void publish(Instant now) {
    state = VersionState.PUBLISHED.toString();
    publishedAt = now;
  }

  public void revoke(Instant now) {
    state = VersionState.REVOKED.toString();
    revokedAt = now;
  }
}
