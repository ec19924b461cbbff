// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/** Bytes that are not the structure they were offered as; the only exception decoders throw. */
public final class TpmDecodeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String structure;
  private final String field;
  private final int offset;

  /**
   * Names the place and the fault.
   *
   * @param structure the TCG name of the outermost structure, such as {@code TPMS_ATTEST}
   * @param field the member that could not be decoded
   * @param offset octets from the start of the structure to the member
   * @param message what is wrong, without quoting untrusted content at length
   */
  public TpmDecodeException(String structure, String field, int offset, String message) {
    super(structure + "." + field + " at offset " + offset + ": " + message);
    this.structure = structure;
    this.field = field;
    this.offset = offset;
  }

  public String structure() {
    return structure;
  }

  public String field() {
    return field;
  }

  public int offset() {
    return offset;
  }
}
