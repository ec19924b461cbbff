// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the deny list.
 *
 * @param fingerprint of an EK (SHA-256 of its SubjectPublicKeyInfo) or of a CA (SHA-256 of its
 *     certificate), lower-case hexadecimal
 * @param issuer of a certificate, RFC 2253
 * @param serial of a certificate, lower-case hexadecimal without leading zeros
 * @param manufacturer of chips, such as IFX
 * @param firstVersion the lowest firmware version refused, 16 hexadecimal digits
 * @param lastVersion the highest firmware version refused
 */
public record EkDenial(
    UUID id,
    Kind kind,
    @Nullable String fingerprint,
    @Nullable String issuer,
    @Nullable String serial,
    @Nullable String manufacturer,
    @Nullable String firstVersion,
    @Nullable String lastVersion,
    String note,
    Instant createdAt,
    String createdBy) {

  /** What an entry names. */
  public enum Kind {
    EK,
    CERTIFICATE,
    AUTHORITY,
    FIRMWARE;

    /** The word in rows, requests and answers. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of this word. */
    public static Kind ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}
