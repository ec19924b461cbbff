// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.jpa.BytesJavaType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.JavaType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of {@code baseline_version} that tell what a version was made from.
 *
 * @param sourceLog SHA-256 of the boot event log
 * @param sourceImage JSON object of what is known of the image
 */
@Embeddable
public record VersionSource(
    @Column(updatable = false) String origin,
    @Column(updatable = false) @JavaType(BytesJavaType.class) @Nullable Bytes sourceLog,
    @Column(updatable = false)
        @ColumnTransformer(read = "cast(source_image as text)", write = "cast(? as jsonb)")
        @Nullable String sourceImage) {}
