// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.luks.LuksException.Problem;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON part of a LUKS2 header, once it has passed every check. Source: "LUKS2 On-Disk Format
 * Specification" 1.1, section 3.
 */
final class Metadata {
  /** The ciphers that a volume may have (docs/reference/protocol.md, section 9). */
  private static final Set<String> CIPHERS =
      Set.of(
          "aes-xts-plain64",
          "serpent-xts-plain64",
          "twofish-xts-plain64",
          "xchacha12,aes-adiantum-plain64",
          "xchacha20,aes-adiantum-plain64");

  /** The longest keyslot area that the format allows, in bytes. */
  private static final long LONGEST_KEYSLOT_AREA = 128L << 20;

  private static final int BINARY_SIZE = 4096;
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Bytes PIN_LABEL =
      Bytes.concat(Bytes.utf8("fleet-verifier luks2 pin v1"), Bytes.zeros(1));

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxNameLength(1024)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode root;
  private final int keyslotAreaSize;

  private Metadata(ObjectNode root, int keyslotAreaSize) {
    this.root = root;
    this.keyslotAreaSize = keyslotAreaSize;
  }

  /** Reads the text and runs all checks, in this order. */
  static Metadata decode(HeaderCopy copy) throws LuksException {
    ObjectNode root = parse(copy.json());
    ObjectNode config = object(root, "config");
    checkJsonSize(config, copy);
    int keyslotAreaSize = keyslotAreaSize(config);
    checkRequirements(config);
    checkSegments(object(root, "segments"));
    checkKeyslots(object(root, "keyslots"));
    checkDigests(object(root, "digests"));
    return new Metadata(root, keyslotAreaSize);
  }

  /** Bytes of the area behind both header copies that holds the encrypted volume keys. */
  int keyslotAreaSize() {
    return keyslotAreaSize;
  }

  /** The volume pin of docs/reference/protocol.md, section 9: 32 bytes. */
  Bytes pin(String uuid) throws LuksException {
    return Bytes.concat(PIN_LABEL, Bytes.utf8(pinned(uuid))).sha256();
  }

  /** What the pin is taken over, as canonical JSON. */
  String pinned(String uuid) throws LuksException {
    ObjectNode pinned = MAPPER.createObjectNode();
    pinned.put("uuid", uuid);
    pinned.set("segments", object(root, "segments"));
    ObjectNode digests = pinned.putObject("digests");
    for (Map.Entry<String, JsonNode> digest : object(root, "digests").properties()) {
      ObjectNode withoutKeyslots = (ObjectNode) digest.getValue().deepCopy();
      withoutKeyslots.remove("keyslots");
      digests.set(digest.getKey(), withoutKeyslots);
    }
    JsonNode requirements = mandatory(object(root, "config"));
    pinned.set("requirements", requirements == null ? MAPPER.createArrayNode() : requirements);
    return CanonicalJson.of(pinned);
  }

  private static ObjectNode parse(String json) throws LuksException {
    try {
      if (MAPPER.readTree(json) instanceof ObjectNode root) {
        return root;
      }
    } catch (JacksonException e) {
      throw malformed("the header's metadata is not JSON, or a member stands in it twice");
    }
    throw malformed("the header's metadata is no JSON object");
  }

  private static void checkJsonSize(ObjectNode config, HeaderCopy copy) throws LuksException {
    if (size(config, "json_size") != copy.size() - BINARY_SIZE) {
      throw malformed("config.json_size is not the size of the JSON area");
    }
  }

  private static int keyslotAreaSize(ObjectNode config) throws LuksException {
    long size = size(config, "keyslots_size");
    if (size > LONGEST_KEYSLOT_AREA || size % BINARY_SIZE != 0) {
      throw malformed("config.keyslots_size is longer than 128 MiB or no multiple of 4,096");
    }
    return (int) size;
  }

  private static void checkRequirements(ObjectNode config) throws LuksException {
    JsonNode mandatory = mandatory(config);
    if (mandatory == null) {
      return;
    }
    for (JsonNode requirement : elements(mandatory, "config.requirements.mandatory")) {
      if (text(requirement, "a requirement").contains("reencrypt")) {
        throw reencryption("the header requires a re-encryption to be finished");
      }
    }
  }

  private static void checkSegments(ObjectNode segments) throws LuksException {
    if (segments.isEmpty()) {
      throw malformed("the header has no segment");
    }
    for (Map.Entry<String, JsonNode> entry : segments.properties()) {
      checkSegment("segment " + entry.getKey(), entry.getValue());
    }
  }

  private static void checkSegment(String name, JsonNode segment) throws LuksException {
    if (!text(segment.path("type"), name + ": type").equals("crypt")) {
      throw new LuksException(Problem.SEGMENT_REFUSED, name + " is not of type crypt");
    }
    if (segment.has("flags") && !elements(segment.path("flags"), name + ": flags").isEmpty()) {
      throw new LuksException(
          Problem.SEGMENT_REFUSED, name + " carries flags: a re-encryption or its backup");
    }
    if (!CIPHERS.contains(text(segment.path("encryption"), name + ": encryption"))) {
      throw new LuksException(
          Problem.CIPHER_REFUSED, name + " has a cipher that is not on the list of allowed ones");
    }
  }

  /** Keyslots are not pinned; what they may never hold is refused here. */
  private static void checkKeyslots(ObjectNode keyslots) throws LuksException {
    for (Map.Entry<String, JsonNode> entry : keyslots.properties()) {
      String name = "keyslot " + entry.getKey();
      JsonNode keyslot = entry.getValue();
      if (text(keyslot.path("type"), name + ": type").equals("reencrypt")) {
        throw reencryption(name + " belongs to a re-encryption");
      }
      JsonNode cipher = keyslot.path("area").path("encryption");
      if (!cipher.isMissingNode() && text(cipher, name + ": cipher").contains("null")) {
        throw new LuksException(Problem.CIPHER_REFUSED, name + " is not encrypted");
      }
    }
  }

  private static void checkDigests(ObjectNode digests) throws LuksException {
    if (digests.isEmpty()) {
      throw malformed("the header has no digest of a volume key");
    }
    for (Map.Entry<String, JsonNode> entry : digests.properties()) {
      if (!(entry.getValue() instanceof ObjectNode)) {
        throw malformed("digest " + entry.getKey() + " is no object");
      }
    }
  }

  private static @Nullable JsonNode mandatory(ObjectNode config) throws LuksException {
    return config.has("requirements") ? object(config, "requirements").get("mandatory") : null;
  }

  private static ObjectNode object(ObjectNode parent, String name) throws LuksException {
    if (parent.get(name) instanceof ObjectNode object) {
      return object;
    }
    throw malformed("the header's metadata has no object '" + name + "'");
  }

  private static JsonNode elements(JsonNode array, String name) throws LuksException {
    if (!array.isArray()) {
      throw malformed(name + " is no list");
    }
    return array;
  }

  private static String text(JsonNode node, String name) throws LuksException {
    if (!node.isString()) {
      throw malformed(name + " is no text");
    }
    return node.stringValue();
  }

  /** Sizes stand in the metadata as decimal text. */
  private static long size(ObjectNode config, String name) throws LuksException {
    String size = text(config.path(name), "config." + name);
    if (!SIZE.matcher(size).matches()) {
      throw malformed("config." + name + " is no size");
    }
    return Long.parseLong(size);
  }

  private static LuksException malformed(String message) {
    return new LuksException(Problem.METADATA_MALFORMED, message);
  }

  private static LuksException reencryption(String message) {
    return new LuksException(Problem.REENCRYPTION, message);
  }
}
