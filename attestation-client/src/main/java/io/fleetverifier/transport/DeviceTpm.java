// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.transport;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A TPM behind a character device of Linux. {@code /dev/tpmrm0} is the right one: its resource
 * manager keeps the sessions and objects of several programs apart and flushes them when a program
 * ends. The kernel has time-outs of its own, so there are none here.
 */
public final class DeviceTpm implements TpmTransport {

  private final Path device;
  private final FileChannel channel;

  private DeviceTpm(Path device, FileChannel channel) {
    this.device = device;
    this.channel = channel;
  }

  /**
   * Opens the device.
   *
   * @throws TpmIoException when it is not there, or this program may not use it
   */
  public static DeviceTpm open(Path device) {
    try {
      return new DeviceTpm(
          device, FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new TpmIoException("cannot open TPM device " + device, e);
    }
  }

  @Override
  public Bytes transmit(Bytes command) {
    Framing.requireCommand(command);
    try {
      // The driver takes a command as exactly one write and gives a response to exactly one read.
      int written = channel.write(ByteBuffer.wrap(command.toArray()));
      if (written != command.size()) {
        throw new TpmIoException(device + " took " + written + " octets of " + command.size());
      }
      ByteBuffer response = ByteBuffer.allocate(LARGEST);
      return whole(Bytes.copyOf(response.array(), 0, Math.max(0, channel.read(response))));
    } catch (IOException e) {
      close();
      throw new TpmIoException(device + " failed", e);
    }
  }

  private Bytes whole(Bytes response) {
    if (response.size() < Framing.HEADER || Framing.responseSize(response) != response.size()) {
      throw new TpmIoException(device + " gave a response cut to " + response.size() + " octets");
    }
    return response;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new TpmIoException("cannot close TPM device " + device, e);
    }
  }
}
