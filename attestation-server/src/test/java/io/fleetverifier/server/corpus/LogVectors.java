// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import static io.fleetverifier.server.corpus.LogEdit.first;
import static io.fleetverifier.server.corpus.LogEdit.separator;
import static io.fleetverifier.server.corpus.LogEdit.variable;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.corpus.LogEdit.Item;
import io.fleetverifier.server.corpus.Vector.Report;
import io.fleetverifier.server.corpus.Vector.Stage;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Boot event logs. With each comes the SHA-256 registers that were quoted, unless the log cannot
 * even be decoded: those of the recorded boot with Secure Boot on, or others where it is said.
 */
final class LogVectors {

  private static final String BOOT = "d-sb-on";
  private static final String NOT_EXPLAINED = "not explained";
  private static final Report UNDETERMINED = Report.of("secureBoot", "undetermined");
  private static final int SPEC_ID_DATA = 32;

  private final List<Vector> vectors = new ArrayList<>();

  private LogVectors() {}

  static List<Vector> all() {
    LogVectors made = new LogVectors();
    made.controls();
    made.types();
    made.noActions();
    made.separators();
    made.coverage();
    made.meanings();
    made.sizes();
    made.specIds();
    return made.vectors;
  }

  private void add(
      String name, Stage stage, int row, String madeBy, Bytes log, Bytes pcrs, Report inspect) {
    vectors.add(
        Vector.refused(
            "eventlog/" + name,
            stage,
            List.of(row),
            madeBy,
            Map.of("log", log, "pcrs", pcrs),
            inspect));
  }

  /** The recorded log, edited, against the registers of the boot itself. */
  private void edited(
      String name, Stage stage, int row, String madeBy, Consumer<LogEdit> edit, Report inspect) {
    LogEdit log = LogEdit.ofBoot(BOOT);
    edit.accept(log);
    add(name, stage, row, madeBy, log.toBytes(), registers(BOOT), inspect);
  }

  /** The same, against the registers that the edited log leads to: the firmware measured so. */
  private void measured(
      String name, int row, String madeBy, Consumer<LogEdit> edit, Report inspect) {
    LogEdit log = LogEdit.ofBoot(BOOT);
    edit.accept(log);
    Bytes octets = log.toBytes();
    add(name, Stage.MEANING, row, madeBy, octets, replayed(octets), inspect);
  }

  private void undecodable(String name, int row, String madeBy, Bytes log, String code) {
    vectors.add(
        Vector.refused(
            "eventlog/" + name,
            Stage.DECODE,
            List.of(row),
            madeBy,
            Map.of("log", log),
            Report.undecodable(code)));
  }

  private static Bytes registers(String set) {
    return EvidenceFolder.bytes(EvidenceFolder.boot(set, "pcrs-sha256.txt"));
  }

  private static Bytes replayed(Bytes log) {
    StringBuilder lines = new StringBuilder();
    io.fleetverifier.server.eventlog.EventLog.parse(log)
        .replay(LogHash.SHA256)
        .values()
        .forEach((pcr, value) -> lines.append(pcr).append(' ').append(value.toHex()).append('\n'));
    return Bytes.utf8(lines.toString());
  }

  private static Bytes recorded() {
    return LogEdit.ofBoot(BOOT).toBytes();
  }

  private void controls() {
    vectors.add(
        Vector.control(
            "eventlog/control",
            "recorded: Secure Boot on",
            Map.of("log", recorded(), "pcrs", registers(BOOT)),
            Report.of("secureBoot", "enabled").register(7, "replayed").register(4, "replayed")));
    vectors.add(
        Vector.control(
            "eventlog/control-secure-boot-off",
            "recorded: Secure Boot off",
            Map.of("log", LogEdit.ofBoot("a-baseline").toBytes(), "pcrs", registers("a-baseline")),
            Report.of("secureBoot", "disabled").register(7, "replayed")));
  }

  private void types() {
    edited(
        "type-of-a-variable",
        Stage.MEANING,
        24,
        "the record of the variable SecureBoot is relabelled EV_EFI_ACTION, its digest kept",
        log -> replace(log, variable("SecureBoot"), i -> i.withType(EventType.EFI_ACTION)),
        UNDETERMINED.register(7, "replayed"));
    edited(
        "type-of-an-authority",
        Stage.MEANING,
        24,
        "the record of the authority is relabelled EV_IPL, its digest kept",
        log ->
            replace(
                log, first(7, EventType.EFI_VARIABLE_AUTHORITY), i -> i.withType(EventType.IPL)),
        UNDETERMINED.register(7, "replayed"));
    edited(
        "type-of-a-separator",
        Stage.MEANING,
        24,
        "the separator of PCR 4 is relabelled EV_EFI_ACTION, its digest kept",
        log -> replace(log, separator(4), i -> i.withType(EventType.EFI_ACTION)),
        Report.of().finding("DISGUISED_SEPARATOR").register(4, "replayed"));
    edited(
        "text-of-an-action",
        Stage.MEANING,
        24,
        "the text of the action in PCR 4 is another one, its digest kept",
        log ->
            replace(
                log,
                first(4, EventType.EFI_ACTION),
                i -> i.withData(Bytes.utf8("Returning from EFI Application from Boot"))),
        Report.of().finding("DATA_CONTRADICTS_DIGEST"));
    edited(
        "value-of-a-variable",
        Stage.MEANING,
        24,
        "the last octet of the variable dbx is changed, its digest kept",
        log -> replace(log, variable("dbx"), i -> i.withData(flipped(i.data()))),
        UNDETERMINED.finding("DATA_CONTRADICTS_DIGEST"));
    edited(
        "event-unused-and-appended",
        Stage.REPLAY,
        24,
        "the record of the kernel image becomes EV_UNUSED with zero digests; it is appended at the"
            + " end",
        log -> {
          int at = log.indexOf(first(4, EventType.EFI_BOOT_SERVICES_APPLICATION));
          Item item = log.items().get(at);
          log.items()
              .set(
                  at,
                  new Item(
                      4, EventType.UNUSED.id(), Bytes.zeros(20), Bytes.zeros(32), item.data()));
          log.items().add(item);
        },
        Report.of().register(4, NOT_EXPLAINED));
  }

  private static void replace(
      LogEdit log,
      java.util.function.Predicate<Item> which,
      java.util.function.UnaryOperator<Item> change) {
    int at = log.indexOf(which);
    log.items().set(at, change.apply(log.items().get(at)));
  }

  private static Bytes flipped(Bytes octets) {
    int last = octets.size() - 1;
    return Bytes.concat(octets.slice(0, last), Bytes.of(octets.at(last) ^ 1));
  }

  private void noActions() {
    LogEdit off = LogEdit.ofBoot("a-baseline");
    Bytes on = variableItem(LogEdit.ofBoot(BOOT), "SecureBoot").data();
    off.items().add(0, Item.measured(7, EventType.NO_ACTION, on));
    vectors.add(
        Vector.control(
            "eventlog/no-action-with-a-variable",
            "Secure Boot is off; an EV_NO_ACTION of PCR 7 holds the variable SecureBoot with the"
                + " value 01. Secure Boot must be read as off",
            Map.of("log", off.toBytes(), "pcrs", registers("a-baseline")),
            Report.of("secureBoot", "disabled").register(7, "replayed")));
    edited(
        "no-action-hides-an-event",
        Stage.REPLAY,
        25,
        "the authority in PCR 7 is relabelled EV_NO_ACTION",
        log ->
            replace(
                log,
                first(7, EventType.EFI_VARIABLE_AUTHORITY),
                i -> i.withType(EventType.NO_ACTION)),
        UNDETERMINED.register(7, NOT_EXPLAINED));
    Bytes locality = Bytes.concat(Bytes.utf8("StartupLocality"), Bytes.of(0, 3));
    edited(
        "startup-locality-added",
        Stage.REPLAY,
        25,
        "a StartupLocality of 3 in front; the machine began with 0",
        log -> log.items().add(0, Item.measured(0, EventType.NO_ACTION, locality)),
        Report.of("startupLocality", "3").register(0, NOT_EXPLAINED));
    edited(
        "startup-locality-twice",
        Stage.MEANING,
        25,
        "StartupLocality 0 and behind it StartupLocality 3",
        log -> {
          Bytes zero = Bytes.concat(Bytes.utf8("StartupLocality"), Bytes.of(0, 0));
          log.items().add(0, Item.measured(0, EventType.NO_ACTION, zero));
          log.items().add(1, Item.measured(0, EventType.NO_ACTION, locality));
        },
        Report.of("startupLocality", "0").finding("STARTUP_LOCALITY_IGNORED"));
    edited(
        "startup-locality-behind-the-separator",
        Stage.MEANING,
        25,
        "StartupLocality 3 at the end of the log",
        log -> log.items().add(Item.measured(0, EventType.NO_ACTION, locality)),
        Report.of().finding("STARTUP_LOCALITY_IGNORED").register(0, "replayed"));
  }

  private static Item variableItem(LogEdit log, String name) {
    return log.items().get(log.indexOf(variable(name)));
  }

  private void separators() {
    measured(
        "separator-twice",
        26,
        "the separator of PCR 7 was measured twice",
        log -> {
          int at = log.indexOf(separator(7));
          log.items().add(at, log.items().get(at));
        },
        UNDETERMINED.finding("DUPLICATE_SEPARATOR").register(7, "replayed"));
    measured(
        "separator-missing",
        26,
        "no separator was measured into PCR 7",
        log -> log.items().remove(log.indexOf(separator(7))),
        UNDETERMINED.finding("MISSING_SEPARATOR"));
    measured(
        "separator-of-an-error",
        26,
        "the digest of PCR 7's separator is that of 01000000, the data says 00000000",
        log ->
            log.items()
                .set(
                    log.indexOf(separator(7)),
                    Item.digestOf(7, EventType.SEPARATOR, Bytes.of(1, 0, 0, 0), Bytes.zeros(4))),
        UNDETERMINED.finding("ERROR_SEPARATOR"));
    measured(
        "separator-of-another-digest",
        26,
        "labelled EV_SEPARATOR, but the digest is that of nothing known",
        log ->
            log.items()
                .set(
                    log.indexOf(separator(4)),
                    Item.digestOf(4, EventType.SEPARATOR, Bytes.utf8("x"), Bytes.zeros(4))),
        Report.of().finding("FALSE_SEPARATOR", "MISSING_SEPARATOR"));
    measured(
        "variable-behind-the-separator",
        26,
        "the variable db was measured behind the separator of PCR 7",
        log -> {
          Item db = variableItem(log, "db");
          log.items().remove(db);
          log.items().add(log.indexOf(separator(7)) + 1, db);
        },
        UNDETERMINED.finding("AFTER_SEPARATOR"));
    measured(
        "authority-behind-the-hand-over",
        26,
        "an authority was added to PCR 7 after ExitBootServices, as an operating system can",
        log ->
            log.items()
                .add(log.items().get(log.indexOf(first(7, EventType.EFI_VARIABLE_AUTHORITY)))),
        UNDETERMINED.finding("AFTER_EXIT_BOOT_SERVICES"));
  }

  private void coverage() {
    edited(
        "cut-off-before-the-authority",
        Stage.REPLAY,
        27,
        "the log ends at a record, before the authority of PCR 7",
        log -> {
          int at = log.indexOf(first(7, EventType.EFI_VARIABLE_AUTHORITY));
          log.items().subList(at, log.items().size()).clear();
        },
        Report.of().register(4, NOT_EXPLAINED).register(5, NOT_EXPLAINED));
    edited(
        "cut-off-before-the-separators",
        Stage.REPLAY,
        27,
        "the log ends at a record, before the separator of PCR 7",
        log -> {
          int at = log.indexOf(separator(7));
          log.items().subList(at, log.items().size()).clear();
        },
        UNDETERMINED.register(0, NOT_EXPLAINED).register(7, NOT_EXPLAINED));
    add(
        "log-of-another-boot",
        Stage.REPLAY,
        27,
        "the log of a boot with Secure Boot on beside the registers of one with it off",
        recorded(),
        registers("a-baseline"),
        UNDETERMINED.register(7, NOT_EXPLAINED));
    add(
        "command-line-changed",
        Stage.REPLAY,
        34,
        "the log of the approved image beside the registers of one with another command line",
        LogEdit.ofBoot("a-baseline").toBytes(),
        registers("b-cmdline"),
        Report.of()
            .register(4, NOT_EXPLAINED)
            .register(9, NOT_EXPLAINED)
            .register(11, NOT_EXPLAINED)
            .register(7, "replayed"));
    edited(
        "events-swapped",
        Stage.REPLAY,
        27,
        "two records of PCR 7 change places",
        log ->
            java.util.Collections.swap(
                log.items(), log.indexOf(variable("PK")), log.indexOf(variable("KEK"))),
        UNDETERMINED.register(7, NOT_EXPLAINED));
    edited(
        "event-moved-to-another-register",
        Stage.REPLAY,
        27,
        "the record of the kernel image claims PCR 12",
        log -> replace(log, first(4, EventType.EFI_BOOT_SERVICES_APPLICATION), i -> i.withPcr(12)),
        Report.of().register(4, NOT_EXPLAINED).register(12, NOT_EXPLAINED));
    edited(
        "dynamic-launch-invented",
        Stage.REPLAY,
        27,
        "an event of PCR 17, which no dynamic launch has set to zero",
        log -> log.items().add(Item.measured(17, EventType.NONHOST_INFO, Bytes.utf8("x"))),
        Report.of().register(17, NOT_EXPLAINED));
    add(
        "registers-never-extended",
        Stage.REPLAY,
        18,
        "an empty bank: PCR 0 to 7 are zero, and the log has nothing but its Spec ID event",
        LogEdit.ofBoot(BOOT).specId(),
        zeros(),
        UNDETERMINED.finding("PCR_NEVER_EXTENDED", "MISSING_SEPARATOR"));
    add(
        "replay-on-top-of-an-empty-bank",
        Stage.REPLAY,
        18,
        "the right log, but the quoted bank was never extended by the firmware",
        recorded(),
        zeros(),
        UNDETERMINED.finding("PCR_NEVER_EXTENDED").register(0, NOT_EXPLAINED));
    LogWriter sha1 = new LogWriter();
    LogEdit.ofBoot(BOOT)
        .items()
        .forEach(item -> sha1.sha1(item.pcr(), item.type(), item.sha1(), item.data()));
    add(
        "sha1-log-for-a-sha256-quote",
        Stage.REPLAY,
        17,
        "the same records with their SHA-1 digests only",
        sha1.toBytes(),
        registers(BOOT),
        Report.of("format", "sha1").register(0, NOT_EXPLAINED).register(7, NOT_EXPLAINED));
  }

  private static Bytes zeros() {
    StringBuilder lines = new StringBuilder();
    for (int pcr = 0; pcr < 8; pcr++) {
      lines.append(pcr).append(' ').append("00".repeat(32)).append('\n');
    }
    return Bytes.utf8(lines.toString());
  }

  private void meanings() {
    measured(
        "signature-list-with-a-header",
        29,
        "the list of the variable db has a SignatureHeaderSize of 48, and a digest in the header",
        log -> remeasure(log, "db", headerList()),
        UNDETERMINED.finding("MALFORMED_DATA"));
    measured(
        "signature-list-of-entries-without-size",
        29,
        "the SignatureSize of the variable db is zero",
        log -> remeasure(log, "db", listOfSizes(28 + 48, 0, 0)),
        UNDETERMINED.finding("MALFORMED_DATA"));
    measured(
        "signature-list-below-its-own-header",
        29,
        "the SignatureListSize of the variable db is 8, less than its header",
        log -> remeasure(log, "db", listOfSizes(8, 0, 48)),
        UNDETERMINED.finding("MALFORMED_DATA"));
    measured(
        "signature-list-beyond-the-variable",
        29,
        "the SignatureListSize of the variable db is 2 GiB",
        log -> remeasure(log, "db", listOfSizes(0x7fffffff, 0, 48)),
        UNDETERMINED.finding("MALFORMED_DATA"));
    measured(
        "variable-with-a-name-beyond-its-end",
        29,
        "the name of the variable db claims 2^63 characters",
        log -> {
          Item db = variableItem(log, "db");
          Bytes data =
              Bytes.concat(
                  db.data().slice(0, 16), Bytes.of(0, 0, 0, 0, 0, 0, 0, 0x80), db.data().slice(24));
          log.items()
              .set(
                  log.items().indexOf(db),
                  Item.measured(7, EventType.EFI_VARIABLE_DRIVER_CONFIG, data));
        },
        UNDETERMINED.finding("MALFORMED_DATA"));
    measured(
        "variable-of-another-vendor",
        33,
        "db stands under the vendor of PK and KEK",
        log -> {
          Item db = variableItem(log, "db");
          Bytes vendor = variableItem(log, "PK").data().slice(0, 16);
          log.items()
              .set(
                  log.items().indexOf(db),
                  Item.measured(
                      7,
                      EventType.EFI_VARIABLE_DRIVER_CONFIG,
                      Bytes.concat(vendor, db.data().slice(16))));
        },
        UNDETERMINED.finding("SECURE_BOOT_VARIABLE"));
    measured(
        "secure-boot-on-without-a-check",
        33,
        "SecureBoot is 01, but no authority was ever used",
        log -> log.items().remove(log.indexOf(first(7, EventType.EFI_VARIABLE_AUTHORITY))),
        UNDETERMINED.finding("SECURE_BOOT_WITHOUT_KEYS"));
    measured(
        "debug-mode",
        33,
        "the firmware announces UEFI Debug Mode in PCR 7",
        log ->
            log.items()
                .add(
                    log.indexOf(separator(7)),
                    Item.measured(7, EventType.EFI_ACTION, Bytes.utf8("UEFI Debug Mode"))),
        UNDETERMINED.finding("UEFI_DEBUG_MODE"));
    measured(
        "unknown-event-in-register-seven",
        33,
        "an EV_IPL in PCR 7",
        log ->
            log.items()
                .add(log.indexOf(separator(7)), Item.measured(7, EventType.IPL, Bytes.utf8("x"))),
        UNDETERMINED.finding("SECURE_BOOT_UNEXPECTED_EVENT"));
  }

  private static void remeasure(LogEdit log, String name, Bytes value) {
    Item old = variableItem(log, name);
    int head = 16 + 16 + 2 * name.length();
    Bytes data =
        Bytes.concat(
            old.data().slice(0, 24),
            new LogWriter().le64(value.size()).toBytes(),
            old.data().slice(32, head),
            value);
    log.items()
        .set(
            log.items().indexOf(old), Item.measured(7, EventType.EFI_VARIABLE_DRIVER_CONFIG, data));
  }

  private static final Bytes SHA256_LIST = Bytes.fromHex("2616c4c14c509240aca941f936934328");

  /** EFI_SIGNATURE_LIST of SHA-256 digests: one in the header, one as an entry. */
  private static Bytes headerList() {
    return new LogWriter()
        .bytes(SHA256_LIST)
        .le32(28 + 48 + 48)
        .le32(48)
        .le32(48)
        .bytes(Bytes.utf8("negative corpus").sha256())
        .bytes(Bytes.zeros(16))
        .bytes(Bytes.zeros(48))
        .toBytes();
  }

  private static Bytes listOfSizes(int list, int header, int entry) {
    return new LogWriter()
        .bytes(SHA256_LIST)
        .le32(list)
        .le32(header)
        .le32(entry)
        .bytes(Bytes.zeros(48))
        .toBytes();
  }

  private void sizes() {
    Bytes log = recorded();
    undecodable("empty", 30, "no octets", Bytes.EMPTY, "LOG_EMPTY");
    undecodable(
        "cut-off-inside-a-record",
        30,
        "the last octet is missing",
        log.slice(0, log.size() - 1),
        "LOG_TRUNCATED");
    Bytes head = LogEdit.ofBoot(BOOT).specId();
    undecodable(
        "data-of-two-gigabytes",
        30,
        "a record of two digests claims 2147483647 octets of data",
        Bytes.concat(head, record(0, 2, 0x7fffffff)),
        "LOG_TRUNCATED");
    undecodable(
        "data-of-four-gigabytes",
        30,
        "the same with 4294967295 octets",
        Bytes.concat(head, record(0, 2, -1)),
        "LOG_TRUNCATED");
    undecodable(
        "digests-without-end",
        30,
        "a record claims 4294967295 digests",
        Bytes.concat(head, record(0, -1, 0)),
        "LOG_DIGESTS");
    undecodable(
        "register-255",
        30,
        "an extending record of PCR 255",
        Bytes.concat(head, record(255, 2, 0)),
        "LOG_PCR_INDEX");
    undecodable(
        "register-none",
        30,
        "an extending record of PCR FFFFFFFF",
        Bytes.concat(head, record(-1, 2, 0)),
        "LOG_PCR_INDEX");
    LogWriter many = new LogWriter().bytes(head);
    for (int i = 0; i < 4096; i++) {
      many.le32(1).le32(EventType.POST_CODE.id()).le32(0).le32(0);
    }
    undecodable(
        "more-events-than-any-boot", 30, "4097 records", many.toBytes(), "LOG_TOO_MANY_EVENTS");
    undecodable(
        "records-behind-padding",
        30,
        "64 zeros, then the records of PCR 4 again",
        Bytes.concat(
            log, Bytes.zeros(64), LogEdit.write(Item.measured(4, EventType.IPL, Bytes.of(1)))),
        "LOG_PADDING");
  }

  private static Bytes record(int pcr, int digests, int size) {
    return new LogWriter()
        .le32(pcr)
        .le32(EventType.POST_CODE.id())
        .le32(digests)
        .le16(LogHash.SHA1.id())
        .bytes(Bytes.zeros(20))
        .le16(LogHash.SHA256.id())
        .bytes(Bytes.zeros(32))
        .le32(size)
        .toBytes();
  }

  private void specIds() {
    specId(
        "spec-id-of-endless-algorithms", "numberOfAlgorithms is 4294967295", 24, -1, "LOG_SPEC_ID");
    specId("spec-id-without-algorithms", "numberOfAlgorithms is 0", 24, 0, "LOG_SPEC_ID");
    specId("spec-id-of-a-wrong-size", "SHA-256 has digests of 20 octets", 34, 20, "LOG_SPEC_ID");
    specId("spec-id-with-an-algorithm-twice", "SHA-256 is declared as SHA-1", 32, 4, "LOG_SPEC_ID");
    specId("spec-id-of-another-version", "specVersionMajor is 1", 21, 1, "LOG_SPEC_ID");
    Bytes log = recorded();
    undecodable(
        "digest-not-declared",
        30,
        "the first digest of a record is SHA-384, which the log does not declare",
        Bytes.concat(
            LogEdit.ofBoot(BOOT).specId(),
            new LogWriter()
                .le32(0)
                .le32(EventType.POST_CODE.id())
                .le32(1)
                .le16(LogHash.SHA384.id())
                .bytes(Bytes.zeros(48))
                .le32(0)
                .toBytes()),
        "LOG_DIGESTS");
    add(
        "log-of-a-confidential-machine",
        Stage.DECODE,
        27,
        "the Spec ID event is of register 1, as in a CCEL log: its registers are not PCRs",
        Bytes.concat(Bytes.of(1), log.slice(1)),
        registers(BOOT),
        Report.of("format", "cc").finding("NOT_A_TPM_LOG").register(0, NOT_EXPLAINED));
  }

  /** One little-endian number of the Spec ID event's data, or one octet where it is small. */
  private void specId(String name, String madeBy, int at, int value, String code) {
    byte[] log = recorded().toArray();
    int offset = SPEC_ID_DATA + at;
    log[offset] = (byte) value;
    if (value == -1) {
      for (int i = 1; i < 4; i++) {
        log[offset + i] = -1;
      }
    }
    undecodable(name, 30, madeBy, Bytes.copyOf(log), code);
  }
}
