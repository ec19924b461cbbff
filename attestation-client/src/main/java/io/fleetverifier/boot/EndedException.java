// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

/** The command ends without what it was started for. */
final class EndedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Finding finding;

  EndedException(Finding finding) {
    super(finding.sentence());
    this.finding = finding;
  }

  /** Ends on something on this machine. */
  static EndedException local(String code, String sentence) {
    return new EndedException(Finding.local(code, sentence));
  }

  Finding finding() {
    return finding;
  }
}
