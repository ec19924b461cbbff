// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

/** A file that is no unified kernel image of which values can be foretold. */
public final class UkiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong, for programs. */
  public enum Fault {
    /** More octets than an image may have. */
    TOO_LARGE,
    /** Not a PE image, or its headers are not whole. */
    NOT_PE,
    /** Sections lie over one another, over the headers, or outside of the file. */
    SECTIONS,
    /** The certificate table is not the end of the file. */
    CERTIFICATES,
    /** A PE image without a kernel in it. */
    NO_KERNEL,
    /** A section is there more than once, and the device chooses among them. */
    AMBIGUOUS
  }

  private final Fault fault;

  UkiException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }

  /** A stable code, such as {@code UKI_NOT_PE}. */
  public String code() {
    return "UKI_" + fault.name();
  }
}
