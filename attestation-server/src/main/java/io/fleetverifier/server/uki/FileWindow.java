// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.uki.UkiException.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.util.Collection;

/** A part of a file, read piece by piece. */
final class FileWindow {

  private static final int PIECE = 1 << 16;

  private final SeekableByteChannel channel;
  private final long start;
  private final long size;

  FileWindow(SeekableByteChannel channel, long start, long size) {
    this.channel = channel;
    this.start = start;
    this.size = size;
  }

  /** The number of octets. */
  long size() {
    return size;
  }

  /** A part of this part. */
  FileWindow window(long from, long length) {
    require(from, length);
    return new FileWindow(channel, start + from, length);
  }

  /** Octets from an offset, all of them. */
  Bytes read(long from, int length) throws IOException {
    require(from, length);
    ByteBuffer buffer = ByteBuffer.allocate(length);
    fill(buffer, from);
    return Bytes.copyOf(buffer.array());
  }

  /** Adds the octets from {@code from} to {@code to} (exclusive) to all of the digests. */
  void addTo(Collection<MessageDigest> digests, long from, long to) throws IOException {
    require(from, to - from);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, to - from));
    for (long at = from; at < to; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(PIECE, to - at));
      fill(buffer, at);
      for (MessageDigest digest : digests) {
        digest.update(buffer.array(), 0, buffer.limit());
      }
    }
  }

  private void fill(ByteBuffer buffer, long from) throws IOException {
    channel.position(start + from);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
  }

  private void require(long from, long length) {
    if (from < 0 || length < 0 || length > size || from > size - length) {
      throw new UkiException(
          Fault.NOT_PE, length + " octets wanted at " + from + ", the image has " + size);
    }
  }
}
