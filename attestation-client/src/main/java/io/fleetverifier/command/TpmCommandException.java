// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

/** The TPM refused a command. */
public final class TpmCommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long code;
  private final CommandCode command;

  public TpmCommandException(TpmRc rc, CommandCode command) {
    super(command + " answered " + rc);
    this.code = rc.value();
    this.command = command;
  }

  public TpmRc rc() {
    return new TpmRc(code);
  }

  public CommandCode command() {
    return command;
  }
}
