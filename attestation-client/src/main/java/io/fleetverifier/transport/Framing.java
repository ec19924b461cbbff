// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.transport;

import io.fleetverifier.bytes.Bytes;

/**
 * The header of commands and responses: a 16-bit tag, the 32-bit size of the whole, and a 32-bit
 * code. TPM 2.0 Library, Part 3: Command and Response Header.
 */
final class Framing {

  static final int HEADER = 10;

  private static final int SIZE_AT = 2;

  private Framing() {}

  /**
   * Refuses a command that a TPM could not take.
   *
   * @throws IllegalArgumentException when its size is out of bounds or not what its header says
   */
  static void requireCommand(Bytes command) {
    if (command.size() < HEADER || command.size() > TpmTransport.LARGEST) {
      throw new IllegalArgumentException("no TPM command has " + command.size() + " octets");
    }
    if (sizeIn(command) != command.size()) {
      throw new IllegalArgumentException("the header of the command tells another size");
    }
  }

  /**
   * The size of the whole response, read from its header.
   *
   * @throws TpmIoException when it is out of bounds
   */
  static int responseSize(Bytes header) {
    long size = sizeIn(header);
    if (size < HEADER || size > TpmTransport.LARGEST) {
      throw new TpmIoException("the TPM announces a response of " + size + " octets");
    }
    return (int) size;
  }

  private static long sizeIn(Bytes header) {
    long size = 0;
    for (int i = SIZE_AT; i < SIZE_AT + 4; i++) {
      size = size << 8 | header.at(i);
    }
    return size;
  }
}
