// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.server.eventlog.UefiVariable;

/** What an event means, as far as its digest and its place in the register prove it. */
sealed interface EventMeaning {

  /** One phrase for people, safe to print. */
  String text();

  /** Whether the digest proves it. */
  default boolean isVerified() {
    return true;
  }

  private static String octets(int size) {
    return size == 1 ? "1 octet" : size + " octets";
  }

  /** The end of a stage of measuring. */
  record Separator(boolean error) implements EventMeaning {
    @Override
    public String text() {
      return error ? "separator that reports an error" : "separator";
    }
  }

  /** A UEFI variable with its name. */
  record Variable(UefiVariable variable) implements EventMeaning {
    @Override
    public String text() {
      return "variable "
          + SafeText.escaped(variable.name())
          + ", "
          + octets(variable.data().size());
    }
  }

  /** The value of a UEFI variable; its name is not measured. */
  record VariableValue(int size) implements EventMeaning {
    @Override
    public String text() {
      return "value of a variable, " + octets(size);
    }
  }

  /** A partition table. */
  record PartitionTable() implements EventMeaning {
    @Override
    public String text() {
      return "partition table";
    }
  }

  /** That a section of the image follows. */
  record SectionName(String name) implements EventMeaning {
    @Override
    public String text() {
      return "name of section " + SafeText.escaped(name);
    }
  }

  /** What a section of the image holds. */
  record SectionContent(String name) implements EventMeaning {
    @Override
    public String text() {
      return "content of section " + SafeText.escaped(name);
    }
  }

  /** A phase of the boot, or another text that this product knows. */
  record KnownText(String value) implements EventMeaning {
    @Override
    public String text() {
      return SafeText.quoted(value);
    }
  }

  /** A text that was measured. */
  record Text(String value) implements EventMeaning {
    @Override
    public String text() {
      return SafeText.quoted(value);
    }
  }

  /** Other data of the log that was measured as it stands. */
  record Data(int size) implements EventMeaning {
    @Override
    public String text() {
      return "data, " + octets(size);
    }
  }

  /** The digest is of something that the log does not hold. */
  record Opaque(String kind) implements EventMeaning {
    @Override
    public String text() {
      return kind + "; the digest alone is known";
    }

    @Override
    public boolean isVerified() {
      return false;
    }
  }
}
