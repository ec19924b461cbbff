// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.transport;

import io.fleetverifier.bytes.Bytes;

/**
 * A way to one TPM. Not for use by several threads: a TPM does one thing at a time.
 *
 * <p>TPM 2.0 Library, Part 3: Command and Response Header.
 */
public interface TpmTransport extends AutoCloseable {

  /** The size in octets of the largest command and of the largest response taken. */
  int LARGEST = 4096;

  /**
   * Sends a whole command and waits for its whole response. Whether the TPM liked the command is
   * for the caller to read in the response code.
   *
   * @throws TpmIoException when no whole response came; the transport is of no more use then
   */
  Bytes transmit(Bytes command);

  /** Ends the connection; may be called again. */
  @Override
  void close();
}
