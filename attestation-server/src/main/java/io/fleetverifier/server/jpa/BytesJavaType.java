// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.jpa;

import io.fleetverifier.bytes.Bytes;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.hibernate.type.descriptor.jdbc.VarbinaryJdbcType;
import org.jspecify.annotations.Nullable;

/** {@link Bytes} as {@code bytea}; usable for primary keys too, which a converter is not. */
public final class BytesJavaType extends AbstractClassJavaType<Bytes> {

  private static final long serialVersionUID = 1L;

  public BytesJavaType() {
    super(Bytes.class);
  }

  @Override
  public JdbcType getRecommendedJdbcType(JdbcTypeIndicators indicators) {
    return VarbinaryJdbcType.INSTANCE;
  }

  @Override
  public @Nullable <X> X unwrap(@Nullable Bytes value, Class<X> type, WrapperOptions options) {
    if (value == null) {
      return null;
    }
    if (type.isAssignableFrom(byte[].class)) {
      return type.cast(value.toArray());
    }
    throw unknownUnwrap(type);
  }

  @Override
  public <X> @Nullable Bytes wrap(@Nullable X value, WrapperOptions options) {
    return switch (value) {
      case null -> null;
      case byte[] octets -> Bytes.copyOf(octets);
      case Bytes bytes -> bytes;
      default -> throw unknownWrap(value.getClass());
    };
  }
}
