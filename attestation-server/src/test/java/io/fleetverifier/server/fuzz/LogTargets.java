// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.BaselineLint;
import io.fleetverifier.server.eventlog.DevicePath;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventLogException;
import io.fleetverifier.server.eventlog.ImageLoad;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.eventlog.LogCheck;
import io.fleetverifier.server.eventlog.LogFinding;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.eventlog.SignatureList;
import io.fleetverifier.server.eventlog.Span;
import io.fleetverifier.server.eventlog.UefiVariable;
import io.fleetverifier.server.explanation.EventView;
import io.fleetverifier.server.explanation.ExpectedBoot;
import io.fleetverifier.server.explanation.Explainer;
import io.fleetverifier.server.explanation.Explanation;
import io.fleetverifier.server.explanation.PcrDifference;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a firmware writes. */
final class LogTargets {

  private static final int LONGEST_TEXT = 2000;
  private static final Bytes GRUB_COMMAND_LINE = Bytes.utf8("kernel_cmdline: ");
  private static final Replay GOOD =
      EventLog.parse(
              EvidenceFolder.bytes(EvidenceFolder.boot("a-baseline", "binary_bios_measurements")))
          .replay(LogHash.SHA256);

  private LogTargets() {}

  /** Parsed, replayed in every bank, looked through, and held against its own values. */
  static void log(Bytes input) {
    EventLog log;
    try {
      log = EventLog.parse(input);
    } catch (EventLogException declared) {
      return;
    }
    Rules.that(log.events().size() <= EventLog.MOST_EVENTS, "not more events than are allowed");
    written(log, input);
    for (LogHash bank : log.banks()) {
      Replay replay = log.replay(bank);
      LogCheck.of(replay);
      SecureBoot.of(replay);
      log.events().forEach(event -> details(event, replay));
      if (log.isTpmLog()) {
        against(replay);
      }
    }
  }

  /** Records and padding are the whole log; digests of unknown algorithms are not kept. */
  private static void written(EventLog log, Bytes input) {
    List<Code> findings = log.findings().stream().map(LogFinding::code).toList();
    if (findings.contains(Code.UNKNOWN_BANK)) {
      return;
    }
    Bytes records = LogWriter.write(log);
    Rules.that(records.size() <= input.size(), "no octet is written that was not read");
    Rules.same(input.slice(0, records.size()), records);
    Bytes padding = input.slice(records.size());
    Rules.that(padding.isEmpty() != findings.contains(Code.PADDING), "padding is told");
    for (int i = 0; i < padding.size(); i++) {
      boolean one = padding.at(i) == padding.at(0);
      Rules.that(one && (padding.at(0) == 0 || padding.at(0) == 0xff), "padding is 00 or FF");
    }
  }

  private static void details(Event event, Replay replay) {
    if (!event.isExtending()) {
      Rules.that(replay.proof(event).proven().isEmpty(), "nothing is proven of NO_ACTION");
    }
    Span data = event.data();
    try {
      ImageLoad.decode(data).devicePath().filePath();
    } catch (EventLogException declared) {
      BaselineLint.commandLine(new String(data.toBytes().toArray(), StandardCharsets.ISO_8859_1));
    }
  }

  /** The values that the log leads to are explained by it, each with all of its events. */
  private static void against(Replay replay) {
    LogAgainstQuote own = LogAgainstQuote.of(replay, replay.values());
    own.explanations()
        .forEach((pcr, explanation) -> {
          Rules.that(explanation.status() != Status.NOT_EXPLAINED, "a log explains its own values");
          Rules.that(
              own.provenEvents(pcr).orElseThrow().size() == replay.events(pcr).size(),
              "all events are proven");
        });
    SecureBoot.of(own);
  }

  /**
   * What a device says whose owner measures what he likes, so that every datum is proven: it is
   * compared with a good boot, and whatever people read of it is safe to print.
   */
  static void explanation(Bytes input) {
    EventLog log;
    try {
      log = EventLog.parse(input);
    } catch (EventLogException declared) {
      return;
    }
    if (log.isTpmLog()) {
      explained(EventLog.parse(measured(log)).replay(LogHash.SHA256));
    }
    if (log.isTpmLog() && log.banks().contains(LogHash.SHA256)) {
      explained(log.replay(LogHash.SHA256));
    }
  }

  /** The same events, each measured as its data says. */
  private static Bytes measured(EventLog log) {
    LogWriter again = new LogWriter().specId(LogHash.SHA256);
    for (Event event : log.events()) {
      if (event.isExtending()) {
        Bytes data = event.data().toBytes();
        boolean ofGrub = event.data().startsWith(GRUB_COMMAND_LINE);
        Bytes content = ofGrub ? data.slice(GRUB_COMMAND_LINE.size()) : data;
        again.event(event.pcr(), event.type(), LogHash.SHA256, content.sha256(), data);
      }
    }
    return again.toBytes();
  }

  private static void explained(Replay shown) {
    LogAgainstQuote own = LogAgainstQuote.of(shown, shown.values());
    SortedSet<Integer> differing = new TreeSet<>();
    GOOD.values()
        .forEach((pcr, value) -> {
          if (!shown.value(pcr).equals(Optional.of(value))) {
            differing.add(pcr);
          }
        });
    if (differing.isEmpty()) {
      return;
    }
    ExpectedBoot expected = ExpectedBoot.ofLog(GOOD, GOOD.values());
    Explanation found = Explainer.explain(Optional.of(own), expected, differing, GOOD.values());
    printable(found.cause().sentence());
    found.others().forEach(cause -> printable(cause.sentence()));
    Rules.that(found.pcrs().size() == differing.size(), "each register is told");
    for (PcrDifference difference : found.pcrs()) {
      printable(difference.cause().sentence());
      printable(difference.expected());
      printable(difference.actual());
    }
    BaselineLint.boot(own, differing).forEach(warning -> printable(warning.text()));
  }

  private static void printable(@Nullable EventView view) {
    if (view != null) {
      printable(view.meaning());
      printable(view.hint() == null ? "" : view.hint());
    }
  }

  private static void printable(String text) {
    Rules.that(text.length() <= LONGEST_TEXT, "a sentence is bounded");
    Rules.that(text.chars().noneMatch(Character::isISOControl), "no control character is told");
    Rules.that(text.chars().noneMatch(c -> c == '<' || c == '>'), "no markup is told");
  }

  static void devicePath(Bytes input) {
    DevicePath path;
    try {
      path = DevicePath.decode(Span.of(input));
    } catch (EventLogException declared) {
      return;
    }
    path.filePath();
    LogWriter again = new LogWriter();
    for (DevicePath.Node node : path.nodes()) {
      again.bytes(Bytes.of(node.type(), node.subtype()));
      again.le16(4 + node.data().size()).bytes(node.data().toBytes());
    }
    if (!input.isEmpty()) {
      again.bytes(Bytes.of(0x7f, 0xff, 4, 0));
    }
    Rules.same(input, again.toBytes());
  }

  /** Entries stand in the variable as they are read; sizes add up to the variable. */
  static void signatureLists(Bytes input) {
    List<SignatureList> lists;
    try {
      lists = SignatureList.decodeAll(Span.of(input));
    } catch (EventLogException declared) {
      return;
    }
    int at = 0;
    for (SignatureList list : lists) {
      Rules.same(input.slice(at, at + 16), list.type().value());
      int end = at + le32(input, at + 16);
      int header = le32(input, at + 20);
      int entrySize = le32(input, at + 24);
      at += 28 + header;
      for (SignatureList.Entry entry : list.entries()) {
        Rules.same(
            input.slice(at, at + entrySize), Bytes.concat(entry.owner().value(), entry.data()));
        at += entrySize;
      }
      Rules.that(at == end, "a list ends with its last entry");
    }
    Rules.that(at == input.size(), "the variable ends with its last list");
  }

  private static int le32(Bytes input, int at) {
    return input.at(at) | input.at(at + 1) << 8 | input.at(at + 2) << 16 | input.at(at + 3) << 24;
  }

  static void variable(Bytes input) {
    UefiVariable variable;
    try {
      variable = UefiVariable.decode(Span.of(input));
    } catch (EventLogException declared) {
      return;
    }
    LogWriter again = new LogWriter().bytes(variable.vendor().value());
    again.le64(variable.name().length()).le64(variable.data().size());
    again.bytes(Bytes.copyOf(variable.name().getBytes(StandardCharsets.UTF_16LE)));
    Rules.same(input, again.bytes(variable.data().toBytes()).toBytes());
  }
}
