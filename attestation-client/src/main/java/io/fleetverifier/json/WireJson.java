// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fleetverifier.bytes.Bytes;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * JSON as the protocol means it: byte strings in base64url without padding, no member twice,
 * nothing coerced, nothing after the end. Two readers: {@link #strict()} refuses unknown members
 * (requests), {@link #lenient()} ignores them (claims, answers).
 */
public final class WireJson {
  /** No protocol document nests deeper. */
  private static final int MAX_DEPTH = 16;

  private static final JsonMapper STRICT = configure(JsonMapper.builder(factory())).build();
  private static final JsonMapper LENIENT =
      configure(JsonMapper.builder(factory()))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private WireJson() {}

  /** Refuses members that the record does not have. */
  public static JsonMapper strict() {
    return STRICT;
  }

  /** Ignores members that the record does not have. */
  public static JsonMapper lenient() {
    return LENIENT;
  }

  /**
   * Bounds of any document read here: depth, name length, number length. The size of a body is
   * bounded before it gets here.
   */
  public static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNameLength(256)
                .maxNumberLength(32)
                .maxStringLength(4 * 1024 * 1024)
                .build())
        .build();
  }

  /**
   * Sets a mapper up as the protocol asks; the server does the same with the mapper of its web
   * layer.
   */
  public static JsonMapper.Builder configure(JsonMapper.Builder builder) {
    return builder
        .addModule(module())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(EnumFeature.READ_ENUMS_USING_TO_STRING)
        .enable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL));
  }

  private static SimpleModule module() {
    return new SimpleModule("fleet-verifier-wire")
        .addSerializer(Bytes.class, new BytesWriter())
        .addDeserializer(Bytes.class, new BytesReader());
  }

  private static final class BytesWriter extends StdSerializer<Bytes> {
    BytesWriter() {
      super(Bytes.class);
    }

    @Override
    public void serialize(Bytes value, JsonGenerator generator, SerializationContext context) {
      generator.writeString(value.toBase64Url());
    }
  }

  private static final class BytesReader extends StdDeserializer<Bytes> {
    BytesReader() {
      super(Bytes.class);
    }

    @Override
    public Bytes deserialize(JsonParser parser, DeserializationContext context)
        throws JacksonException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        return (Bytes) context.handleUnexpectedToken(Bytes.class, parser);
      }
      try {
        return Bytes.fromBase64Url(parser.getString());
      } catch (IllegalArgumentException e) {
        // The value itself is left out: it may be a secret, and it is the sender's.
        return (Bytes)
            context.handleWeirdStringValue(Bytes.class, "…", "no base64url without padding");
      }
    }
  }
}
