// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** The whole corpus: vectors, their files, and the index of them. */
final class Corpus {

  static final String INDEX = "index.json";

  private Corpus() {}

  static List<Vector> vectors() {
    List<Vector> all = new ArrayList<>();
    all.addAll(QuoteVectors.all());
    all.addAll(LogVectors.all());
    all.addAll(ImageVectors.all());
    all.addAll(CertificateVectors.all());
    return List.copyOf(all);
  }

  /** Every file by its path, the index among them; the README is written by hand. */
  static SortedMap<String, Bytes> files(List<Vector> vectors) {
    SortedMap<String, Bytes> files = new TreeMap<>(CertificateVectors.shared());
    for (Vector vector : vectors) {
      vector.files().forEach((ending, content) -> files.put(path(vector, ending), content));
    }
    files.put(INDEX, index(vectors));
    return files;
  }

  static String path(Vector vector, String ending) {
    return vector.name() + "." + ending;
  }

  private static Bytes index(List<Vector> vectors) {
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("format", 1);
    index.put("time", "2027-06-01T00:00:00Z");
    index.put("vectors", vectors.stream().map(Corpus::entry).toList());
    String text = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(index);
    return Bytes.utf8(text.replace("\r\n", "\n") + "\n");
  }

  private static Map<String, Object> entry(Vector vector) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", vector.name());
    entry.put("kind", vector.kind());
    entry.put("answer", vector.accept() ? "accept" : "refuse");
    if (!vector.accept()) {
      entry.put("stage", vector.stage().name().toLowerCase(Locale.ROOT));
      entry.put("mustFail", vector.rows());
    }
    entry.put("madeBy", vector.madeBy());
    List<String> paths = new ArrayList<>();
    new TreeSet<>(vector.files().keySet()).forEach(ending -> paths.add(path(vector, ending)));
    entry.put("files", paths);
    if (vector.kind().equals("ek")) {
      entry.put("roots", CertificateVectors.ROOTS);
      entry.put("intermediates", vector.intermediates());
    }
    entry.put("inspect", inspect(vector.inspect()));
    return entry;
  }

  private static Map<String, Object> inspect(Vector.Report report) {
    Map<String, Object> inspect = new LinkedHashMap<>();
    inspect.put("exit", report.exit());
    inspect.putAll(report.members());
    if (!report.findings().isEmpty()) {
      inspect.put("findings", report.findings());
    }
    if (!report.registers().isEmpty()) {
      inspect.put("comparison", Map.of("sha256", report.registers()));
    }
    return inspect;
  }
}
