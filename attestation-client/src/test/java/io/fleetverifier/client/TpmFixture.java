// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.command.SystemCommands;
import io.fleetverifier.command.TpmChannel;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.transport.TpmTransport;
import java.security.SecureRandom;

/** What several tests ask of a software TPM. */
final class TpmFixture {

  /** TPM_PT_LOCKOUT_COUNTER. */
  private static final int LOCKOUT_COUNTER = 0x20e;

  private TpmFixture() {}

  static Tpm tpm(Swtpm swtpm) {
    return tpm(swtpm.transport());
  }

  static Tpm tpm(TpmTransport transport) {
    return new Tpm(transport, new SecureRandom());
  }

  /** No operation may leave anything behind: a TPM without a resource manager would fill up. */
  static void assertNothingLeftIn(Swtpm swtpm) {
    SystemCommands system = system(swtpm);
    assertThat(system.handles(SystemCommands.TRANSIENT_OBJECTS)).isEmpty();
    assertThat(system.handles(SystemCommands.LOADED_SESSIONS)).isEmpty();
  }

  static void assertNoFailedTriesCountedIn(Swtpm swtpm) {
    assertThat(system(swtpm).property(LOCKOUT_COUNTER)).hasValue(0);
  }

  static SystemCommands system(Swtpm swtpm) {
    return new SystemCommands(new TpmChannel(swtpm.transport(), new SecureRandom()));
  }
}
