// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of message members. What breaks one is refused with a sentence that names the member and
 * never its value.
 */
final class Check {
  private Check() {}

  static <T> T present(@Nullable T value, String member) {
    if (value == null) {
      throw new MalformedMessageException("member '" + member + "' is missing");
    }
    return value;
  }

  static Bytes size(@Nullable Bytes value, String member, int least, int most) {
    Bytes present = present(value, member);
    if (present.size() < least || present.size() > most) {
      throw new MalformedMessageException(
          "member '"
              + member
              + "' has "
              + present.size()
              + " bytes, allowed are "
              + least
              + " to "
              + most);
    }
    return present;
  }

  static @Nullable Bytes sizeIfPresent(@Nullable Bytes value, String member, int least, int most) {
    return value == null ? null : size(value, member, least, most);
  }

  static <T> List<T> count(@Nullable List<T> values, String member, int least, int most) {
    List<T> present = present(values, member);
    if (present.size() < least || present.size() > most) {
      throw new MalformedMessageException(
          "member '"
              + member
              + "' has "
              + present.size()
              + " entries, allowed are "
              + least
              + " to "
              + most);
    }
    for (T value : present) {
      present(value, member);
    }
    return List.copyOf(present);
  }

  static <T> List<T> distinct(@Nullable List<T> values, String member, int most) {
    List<T> present = count(values, member, 0, most);
    if (new HashSet<>(present).size() != present.size()) {
      throw new MalformedMessageException("member '" + member + "' names one thing twice");
    }
    return present;
  }

  static List<String> volumes(@Nullable List<String> names, String member) {
    List<String> present = distinct(names, member, Protocol.MAX_WANTED);
    for (String name : present) {
      volume(name, member);
    }
    return present;
  }

  static String volume(@Nullable String name, String member) {
    String present = present(name, member);
    if (!Protocol.isVolumeName(present)) {
      throw new MalformedMessageException(
          "member '" + member + "' is no volume name: [a-z0-9][a-z0-9._-]{0,62}");
    }
    return present;
  }

  static String text(@Nullable String value, String member, int most) {
    String present = present(value, member);
    if (present.length() > most) {
      throw new MalformedMessageException(
          "member '" + member + "' is longer than " + most + " characters");
    }
    return present;
  }

  static int least(int value, String member, int least) {
    if (value < least) {
      throw new MalformedMessageException("member '" + member + "' is less than " + least);
    }
    return value;
  }

  static int protocol(int number) {
    if (!Protocol.SPOKEN.contains(number)) {
      throw new UnsupportedProtocolException(number);
    }
    return number;
  }
}
