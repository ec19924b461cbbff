// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmWriter;
import io.fleetverifier.transport.TpmIoException;
import io.fleetverifier.transport.TpmTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * Sends commands and takes their responses apart. When the TPM is busy with itself, the same bytes
 * are sent again, a bounded number of times.
 */
public final class TpmChannel implements AutoCloseable {

  private static final int MOST_SENDS = 40;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final TpmTransport transport;
  private final SecureRandom random;
  private final Pause pause;

  /** Waits between two sends. */
  @FunctionalInterface
  public interface Pause {
    void pause(Duration duration) throws InterruptedException;
  }

  public TpmChannel(TpmTransport transport, SecureRandom random) {
    this(transport, random, Thread::sleep);
  }

  TpmChannel(TpmTransport transport, SecureRandom random, Pause pause) {
    this.transport = transport;
    this.random = random;
    this.pause = pause;
  }

  /**
   * Sends one command.
   *
   * @throws TpmCommandException when the TPM refuses it
   * @throws TpmIoException when the TPM does not answer
   * @throws TpmResponseException when a session shows that the response was changed on the way
   * @throws io.fleetverifier.tpm.TpmDecodeException when the answer is no response to it
   */
  TpmResponse execute(TpmCommand command, Authorization... authorizations) {
    List<Authorization> authorised = List.of(authorizations);
    Bytes encoded = command.encode(authorised);
    Duration wait = FIRST_PAUSE;
    for (int sends = 1; ; sends++) {
      try {
        return TpmResponse.decode(command.code(), transport.transmit(encoded), authorised);
      } catch (TpmCommandException e) {
        if (!e.rc().asksToResend() || sends == MOST_SENDS) {
          throw e;
        }
      }
      pause(wait);
      wait =
          wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
    }
  }

  private void pause(Duration duration) {
    try {
      pause.pause(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TpmIoException("interrupted while the TPM was busy", e);
    }
  }

  /** Frees the slot of a transient object or session. */
  void flush(int handle) {
    TpmWriter parameters = new TpmWriter().u32(Integer.toUnsignedLong(handle));
    execute(TpmCommand.of(CommandCode.FLUSH_CONTEXT, List.of(), parameters));
  }

  Bytes random(int size) {
    byte[] octets = new byte[size];
    random.nextBytes(octets);
    return Bytes.copyOf(octets);
  }

  SecureRandom secureRandom() {
    return random;
  }

  /** Closes the transport. */
  @Override
  public void close() {
    transport.close();
  }
}
