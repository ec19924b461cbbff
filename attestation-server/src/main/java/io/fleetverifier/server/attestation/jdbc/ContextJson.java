// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.BaselineVersion;
import io.fleetverifier.server.appraisal.BaselineVersion.Validity;
import io.fleetverifier.server.appraisal.Binding;
import io.fleetverifier.server.attestation.AttestationContext.Boot;
import io.fleetverifier.server.attestation.AttestationContext.SecretHistory;
import io.fleetverifier.server.attestation.jdbc.VersionContents.Content;
import io.fleetverifier.server.keys.SecretBox;
import io.fleetverifier.server.secret.StoredSecret;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The nested parts of a row of {@link ContextQuery}, as the statement spells them; bytes in
 * hexadecimal.
 */
final class ContextJson {
  private ContextJson() {}

  static List<BindingPart> bindings(@Nullable String json) {
    return json == null
        ? List.of()
        : List.of(WireJson.strict().readValue(json, BindingPart[].class));
  }

  /** The bindings, with what their versions demand. */
  static List<Binding> bindings(List<BindingPart> parts, VersionContents contents) {
    List<UUID> versions =
        parts.stream()
            .flatMap(part -> orEmpty(part.versions()).stream())
            .map(VersionPart::id)
            .toList();
    Map<UUID, Content> demands = contents.of(versions);
    return parts.stream().map(part -> part.binding(demands)).toList();
  }

  static List<SecretPart> secrets(@Nullable String json) {
    return json == null
        ? List.of()
        : List.of(WireJson.strict().readValue(json, SecretPart[].class));
  }

  /** One binding with the versions of its baseline that are no drafts. */
  record BindingPart(
      String baseline,
      String aspect,
      List<Purpose> purposes,
      @Nullable OffsetDateTime observeUntil,
      @Nullable List<VersionPart> versions) {
    Binding binding(Map<UUID, Content> demands) {
      return new Binding(
          baseline,
          aspect,
          Set.copyOf(purposes),
          observeUntil == null ? null : observeUntil.toInstant(),
          orEmpty(versions).stream()
              .map(version -> version.version(Objects.requireNonNull(demands.get(version.id()))))
              .toList());
    }
  }

  record VersionPart(
      UUID id, int number, String label, boolean revoked, @Nullable List<ValidityPart> accepted) {
    BaselineVersion version(Content content) {
      return new BaselineVersion(
          id,
          number,
          label,
          revoked,
          orEmpty(accepted).stream().map(ValidityPart::validity).toList(),
          content.values(),
          content.rules());
    }
  }

  record ValidityPart(OffsetDateTime from, @Nullable OffsetDateTime to) {
    Validity validity() {
      return new Validity(from.toInstant(), to == null ? null : to.toInstant());
    }
  }

  /** One secret with its versions that are not retired. */
  record SecretPart(
      UUID id,
      String volume,
      int highestVersion,
      @Nullable List<SecretVersionPart> versions,
      @Nullable List<Boot> boots) {
    List<StoredSecret> stored() {
      return orEmpty(versions).stream().map(version -> version.stored(id, volume)).toList();
    }

    SecretHistory history() {
      return new SecretHistory(volume, highestVersion, orEmpty(boots));
    }
  }

  record SecretVersionPart(
      int version,
      String ciphertext,
      String dataKey,
      String kekId,
      String sealingEkName,
      @Nullable String pin) {
    StoredSecret stored(UUID secret, String volume) {
      return new StoredSecret(
          secret,
          volume,
          version,
          new SecretBox.Sealed(Bytes.fromHex(ciphertext), Bytes.fromHex(dataKey), kekId),
          Bytes.fromHex(sealingEkName),
          pin == null ? null : Bytes.fromHex(pin));
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
