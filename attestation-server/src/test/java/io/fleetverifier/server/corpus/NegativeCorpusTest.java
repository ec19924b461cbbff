// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.cli.Inspect;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of docs/reference/negative-corpus are those that this program makes, and inspect makes
 * of each what the index says. With {@code -Dfv.corpus=write} the files are written first.
 */
class NegativeCorpusTest {

  private static final Path FOLDER = Path.of("../docs/reference/negative-corpus");
  private static final String README = "README.md";

  /** Findings that say nothing against the evidence. */
  private static final Set<String> HARMLESS = Set.of("PADDING", "REVOCATION_NOT_CHECKED");

  @Test
  void theFilesAreThoseThatAreMadeHere() throws IOException {
    List<Vector> vectors = Corpus.vectors();
    assertThat(vectors).extracting(Vector::name).doesNotHaveDuplicates();
    SortedMap<String, Bytes> made = Corpus.files(vectors);
    if ("write".equals(System.getProperty("fv.corpus"))) {
      write(made);
    }
    assertThat(paths()).containsExactlyInAnyOrderElementsOf(made.keySet());
    made.forEach((path, content) ->
        assertThat(EvidenceFolder.bytes(FOLDER.resolve(path))).as(path).isEqualTo(content));
  }

  private static void write(SortedMap<String, Bytes> files) throws IOException {
    for (String path : paths()) {
      Files.delete(FOLDER.resolve(path));
    }
    for (var file : files.entrySet()) {
      Path path = FOLDER.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue().toArray());
    }
  }

  private static Set<String> paths() throws IOException {
    Set<String> paths = new TreeSet<>();
    try (Stream<Path> files = Files.walk(FOLDER)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> FOLDER.relativize(file).toString())
          .filter(path -> !path.equals(README))
          .forEach(paths::add);
    }
    return paths;
  }

  /** The index as others read it. */
  static List<JsonNode> entries() {
    String index = EvidenceFolder.text(FOLDER.resolve(Corpus.INDEX));
    List<JsonNode> entries = new ArrayList<>();
    JsonMapper.shared().readTree(index).path("vectors").forEach(entries::add);
    assertThat(entries).hasSizeGreaterThan(100);
    return entries;
  }

  /**
   * must-fail 10: certificates. must-fail 13 and 14: magic, type. must-fail 15: selection.
   * must-fail 18: an empty bank. must-fail 19: schemes, octets behind. must-fail 24: types.
   * must-fail 25: EV_NO_ACTION. must-fail 26: separators. must-fail 27: coverage. must-fail 29:
   * signature lists. must-fail 30: sizes. must-fail 33 and 34: Secure Boot in name only, another
   * command line. How each was made stands in the index.
   */
  @ParameterizedTest
  @MethodSource("entries")
  void inspectReportsWhatTheIndexSays(JsonNode entry) {
    String name = entry.path("name").asString();
    JsonNode expected = entry.path("inspect");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exit = run(words(entry), out);
    JsonNode report = JsonMapper.shared().readTree(out.toByteArray());
    assertThat(exit).as("%s: %s", name, report).isEqualTo(expected.path("exit").asInt());
    JsonNode told = exit == 3 ? report.path("refused") : report;
    expected
        .properties()
        .forEach(member -> {
          String key = member.getKey();
          switch (key) {
            case "exit" -> {}
            case "findings" ->
                assertThat(codes(told))
                    .as("%s: %s", name, report)
                    .containsAll(texts(member.getValue()));
            case "comparison" ->
                member
                    .getValue()
                    .path("sha256")
                    .properties()
                    .forEach(register ->
                        assertThat(
                                told.path("comparison")
                                    .path("sha256")
                                    .path(register.getKey())
                                    .asString())
                            .as("%s: PCR %s of %s", name, register.getKey(), report)
                            .isEqualTo(register.getValue().asString()));
            default ->
                assertThat(told.path(key).asString())
                    .as("%s: %s of %s", name, key, report)
                    .isEqualTo(member.getValue().asString());
          }
        });
  }

  /** A control is accepted; what has to be refused is refused, or told by a finding or a type. */
  @ParameterizedTest
  @MethodSource("entries")
  void noAttackIsReportedWithoutAWord(JsonNode entry) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exit = run(words(entry), out);
    JsonNode report = JsonMapper.shared().readTree(out.toByteArray());
    boolean clean =
        exit == 0
            && !report.path("verdict").asString("").equals("refused")
            && report.path("type").asString("quote").equals("quote")
            && HARMLESS.containsAll(codes(report))
            && !report.path("comparison").toString().contains("not explained");
    boolean accept = entry.path("answer").asString().equals("accept");
    assertThat(clean).as("%s: %s", entry.path("name"), report).isEqualTo(accept);
  }

  private static List<String> words(JsonNode entry) {
    List<String> files = texts(entry.path("files"));
    List<String> words = new ArrayList<>(List.of(entry.path("kind").asString()));
    words.add(FOLDER.resolve(files.getFirst()).toString());
    if (files.size() == 2) {
      words.addAll(List.of("--pcrs", FOLDER.resolve(files.get(1)).toString()));
    }
    if (entry.has("roots")) {
      words.addAll(List.of("--roots", FOLDER.resolve(entry.path("roots").asString()).toString()));
    }
    for (String file : texts(entry.path("intermediates"))) {
      words.addAll(List.of("--intermediate", FOLDER.resolve(file).toString()));
    }
    return words;
  }

  private static int run(List<String> words, ByteArrayOutputStream out) {
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Clock clock = Clock.fixed(Instant.parse("2027-06-01T00:00:00Z"), ZoneOffset.UTC);
    return new Inspect(stream, System.err, clock).run(words);
  }

  private static List<String> codes(JsonNode report) {
    return report.path("findings").valueStream().map(f -> f.path("code").asString()).toList();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }
}
