// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.explanation.EventMeaning.SectionContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * In which sections two unified kernel images differ, going by PCR 11: each section's name is
 * measured, then its content, so both are known for certain.
 */
final class ImageChange {

  private static final int PCR = 11;
  private static final String COMMAND_LINE = ".cmdline";

  /** Sections of a file that every stub measures where they are present. */
  private static final Set<String> ALWAYS_MEASURED =
      Set.of(".linux", ".osrel", COMMAND_LINE, ".initrd", ".splash", ".dtb", ".pcrpkey");

  private final Map<String, Bytes> wanted;
  private final Map<String, Bytes> shown;
  private final Set<String> differing = new LinkedHashSet<>();
  private final Set<String> added = new LinkedHashSet<>();
  private final Set<String> missing = new TreeSet<>();

  private ImageChange(Map<String, Bytes> wanted, Set<String> expected, Map<String, Bytes> shown) {
    this.wanted = wanted;
    this.shown = shown;
    shown.forEach((name, digest) -> {
      if (!wanted.containsKey(name)) {
        added.add(name);
      } else if (!digest.equals(wanted.get(name))) {
        differing.add(name);
      }
    });
    expected.stream().filter(name -> !shown.containsKey(name)).forEach(missing::add);
  }

  /**
   * The cause, where sections differ.
   *
   * @param log what the expected image measured, where a log tells it
   * @param image what the expected image holds, where that is known: it knows the words as well
   */
  static Optional<Cause> between(
      Optional<Measurements> log, Optional<KnownImage> image, Measurements shown) {
    Map<String, Bytes> actual = sections(shown);
    Optional<ImageChange> change =
        image
            .map(known -> new ImageChange(known.sections(), measured(known), actual))
            .or(() ->
                log.map(ImageChange::sections)
                    .map(wanted -> new ImageChange(wanted, wanted.keySet(), actual)));
    return change.filter(ImageChange::isAny).map(any -> any.cause(image));
  }

  private static Set<String> measured(KnownImage image) {
    Set<String> measured = new TreeSet<>(image.sections().keySet());
    measured.retainAll(ALWAYS_MEASURED);
    return measured;
  }

  private static Map<String, Bytes> sections(Measurements measurements) {
    Map<String, Bytes> sections = new LinkedHashMap<>();
    for (int i = 0; i < measurements.size(); i++) {
      if (measurements.meaning(i) instanceof SectionContent(String name)) {
        sections.putIfAbsent(name, measurements.digests().get(i));
      }
    }
    return sections;
  }

  private boolean isAny() {
    return !differing.isEmpty() || !added.isEmpty() || !missing.isEmpty();
  }

  private Cause cause(Optional<KnownImage> image) {
    if (shown.isEmpty()) {
      return Cause.of(
          CauseKind.IMAGE_CHANGED, PCR, "No unified kernel image was started (PCR 11).");
    }
    return image
        .filter(known -> differing.contains(COMMAND_LINE))
        .flatMap(this::words)
        .map(how ->
            Cause.of(
                CauseKind.COMMAND_LINE_CHANGED, PCR, "Kernel command line changed: " + how + "."))
        .orElseGet(() -> Cause.of(CauseKind.IMAGE_CHANGED, PCR, sentence()));
  }

  /** The log has no more than the digest of the device's words; usual words can be tried. */
  private Optional<String> words(KnownImage image) {
    Bytes before = wanted.get(COMMAND_LINE);
    Bytes after = shown.get(COMMAND_LINE);
    if (before == null || after == null) {
      return Optional.empty();
    }
    return image
        .commandLine()
        .flatMap(text ->
            CommandLineSearch.find(text, before, after)
                .map(found -> CommandLine.of(text).changesTo(CommandLine.of(found))));
  }

  private String sentence() {
    List<String> parts = new ArrayList<>();
    if (!differing.isEmpty()) {
      parts.add(named(differing) + (differing.size() == 1 ? " differs" : " differ"));
    }
    if (!added.isEmpty()) {
      parts.add(named(added) + (added.size() == 1 ? " is new" : " are new"));
    }
    if (!missing.isEmpty()) {
      parts.add(named(missing) + (missing.size() == 1 ? " is missing" : " are missing"));
    }
    return "Another image: " + String.join(", ", parts) + ".";
  }

  private static String named(Set<String> names) {
    List<String> told = names.stream().map(ImageChange::named).toList();
    return (told.size() == 1 ? "section " : "sections ") + String.join(" and ", told);
  }

  private static String named(String name) {
    return name.equals(COMMAND_LINE)
        ? ".cmdline (the kernel command line)"
        : SafeText.escaped(name);
  }

  /** The first section that differs, with what the image promises on the expected side. */
  static PcrDifference difference(
      Status status, Cause cause, KnownImage image, Measurements shown) {
    for (int i = 0; i < shown.size(); i++) {
      Bytes digest = shown.digests().get(i);
      if (shown.meaning(i) instanceof SectionContent(String name)
          && !digest.equals(image.sections().get(name))) {
        return new PcrDifference(PCR, status, cause, promised(name, image), shown.view(i));
      }
    }
    return new PcrDifference(PCR, status, cause, null, null);
  }

  private static @Nullable EventView promised(String name, KnownImage image) {
    Bytes digest = image.sections().get(name);
    return digest == null
        ? null
        : new EventView(
            null, null, new SectionContent(name).text(), digest, true, "foretold from the image");
  }
}
