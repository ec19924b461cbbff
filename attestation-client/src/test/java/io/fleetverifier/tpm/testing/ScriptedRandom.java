// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import io.fleetverifier.bytes.Bytes;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Gives out exactly the scripted octets, request by request, and fails when asked otherwise. */
public final class ScriptedRandom extends SecureRandom {

  private static final long serialVersionUID = 1L;

  private final transient Deque<Bytes> script;

  public ScriptedRandom(Bytes... script) {
    this.script = new ArrayDeque<>(List.of(script));
  }

  @Override
  public void nextBytes(byte[] target) {
    Bytes next = script.remove();
    if (next.size() != target.length) {
      throw new AssertionError(target.length + " octets asked for, " + next.size() + " scripted");
    }
    next.copyTo(target, 0);
  }

  /** Whether everything was used. */
  public boolean isExhausted() {
    return script.isEmpty();
  }
}
