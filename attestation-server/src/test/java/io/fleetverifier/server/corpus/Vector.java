// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One input and what a right verifier makes of it.
 *
 * @param name the kind of evidence, a slash, and a name
 * @param accept whether it is a control: everything about it is right
 * @param stage where it has to be refused at the latest
 * @param rows the rows of docs/reference/attacks.md that it belongs to
 * @param madeBy how it was made, in a line
 * @param files ending to content
 * @param intermediates files of the corpus that come along
 * @param inspect what the program inspect reports
 */
record Vector(
    String name,
    boolean accept,
    Stage stage,
    List<Integer> rows,
    String madeBy,
    Map<String, Bytes> files,
    List<String> intermediates,
    Report inspect) {

  /** Where a verifier finds out, in the order of work. */
  enum Stage {
    DECODE,
    KEY,
    SIGNATURE,
    STATEMENT,
    NONCE,
    SELECTION,
    DIGEST,
    REPLAY,
    MEANING,
    CERTIFICATE,
    POLICY
  }

  /**
   * A report of inspect, as far as it matters.
   *
   * @param exit 0 for a report, 3 for what cannot be decoded
   * @param members names and values that the report has
   * @param findings codes that are among its findings
   * @param registers SHA-256 registers and how they compare
   */
  record Report(
      int exit, Map<String, String> members, List<String> findings, Map<String, String> registers) {

    static Report undecodable(String code) {
      return new Report(3, Map.of("code", code), List.of(), Map.of());
    }

    static Report of(String... namesAndValues) {
      Map<String, String> members = new LinkedHashMap<>();
      for (int i = 0; i < namesAndValues.length; i += 2) {
        members.put(namesAndValues[i], namesAndValues[i + 1]);
      }
      return new Report(0, members, List.of(), Map.of());
    }

    Report finding(String... codes) {
      List<String> all = new ArrayList<>(findings);
      all.addAll(List.of(codes));
      return new Report(exit, members, all, registers);
    }

    Report register(int pcr, String status) {
      Map<String, String> all = new LinkedHashMap<>(registers);
      all.put(String.valueOf(pcr), status);
      return new Report(exit, members, findings, all);
    }
  }

  /** The kind of evidence, which is also the word that inspect takes. */
  String kind() {
    return name.substring(0, name.indexOf('/'));
  }

  static Vector refused(
      String name,
      Stage stage,
      List<Integer> rows,
      String madeBy,
      Map<String, Bytes> files,
      Report inspect) {
    return new Vector(name, false, stage, rows, madeBy, files, List.of(), inspect);
  }

  static Vector control(String name, String madeBy, Map<String, Bytes> files, Report inspect) {
    return new Vector(name, true, Stage.POLICY, List.of(), madeBy, files, List.of(), inspect);
  }

  Vector with(List<String> others) {
    return new Vector(name, accept, stage, rows, madeBy, files, others, inspect);
  }
}
