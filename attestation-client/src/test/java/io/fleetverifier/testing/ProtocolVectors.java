// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * The known answers in docs/reference/protocol-vectors.json. They were computed by another program,
 * in another language, from the text of protocol.md. A missing file, section or member fails the
 * test that asks for it.
 */
public final class ProtocolVectors {

  private static final Path FILE =
      Path.of(System.getProperty("basedir", "."), "../docs/reference/protocol-vectors.json");

  private final String place;
  private final JsonNode node;

  private ProtocolVectors(String place, JsonNode node) {
    this.place = place;
    this.node = node;
  }

  /** The members of one section. */
  public static ProtocolVectors section(String name) {
    try {
      JsonNode file = WireJson.strict().readTree(Files.readAllBytes(FILE));
      return new ProtocolVectors("protocol-vectors.json", file).member(name);
    } catch (IOException e) {
      throw new AssertionError("the known answers cannot be read from " + FILE, e);
    }
  }

  /** A member that has members itself. */
  public ProtocolVectors member(String name) {
    return new ProtocolVectors(place + "." + name, require(name));
  }

  /** The entries of a list that this is. */
  public Iterable<ProtocolVectors> entries() {
    if (!node.isArray() || node.isEmpty()) {
      throw new AssertionError(place + " is no list, or an empty one");
    }
    return node.valueStream().map(entry -> new ProtocolVectors(place + "[]", entry)).toList();
  }

  /** A member in hexadecimal. */
  public Bytes bytes(String name) {
    return Bytes.fromHex(text(name));
  }

  /** This entry itself, in hexadecimal. */
  public Bytes bytes() {
    return Bytes.fromHex(node.asString());
  }

  public String text(String name) {
    JsonNode member = require(name);
    if (!member.isString()) {
      throw new AssertionError(place + "." + name + " is no text");
    }
    return member.asString();
  }

  public int number(String name) {
    JsonNode member = require(name);
    if (!member.isIntegralNumber()) {
      throw new AssertionError(place + "." + name + " is no number");
    }
    return member.asInt();
  }

  /** This entry itself, a number. */
  public int number() {
    return node.asInt();
  }

  private JsonNode require(String name) {
    JsonNode member = node.get(name);
    if (member == null) {
      throw new AssertionError(place + " has no member " + name);
    }
    return member;
  }
}
