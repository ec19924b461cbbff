// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.jpa.BytesJavaType;
import jakarta.persistence.Embeddable;
import org.hibernate.annotations.JavaType;

/**
 * A row of {@code reference_value}: the value that one PCR of the SHA-256 bank must have.
 *
 * @param phase phase path for PCR 11, such as {@code enter-initrd}; empty for the image alone and
 *     for every other PCR
 * @param value 32 octets
 */
@Embeddable
public record ReferenceValue(int pcr, String phase, @JavaType(BytesJavaType.class) Bytes value) {}
