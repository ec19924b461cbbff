// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmWriter;
import java.util.List;

/**
 * A command without its authorisations.
 *
 * @param handles the handle area
 * @param parameters the parameter area, encoded
 */
record TpmCommand(CommandCode code, List<TpmEntity> handles, Bytes parameters) {

  private static final int NO_SESSIONS = 0x8001;
  private static final int SESSIONS = 0x8002;
  private static final int HEADER = 10;

  TpmCommand {
    handles = List.copyOf(handles);
  }

  static TpmCommand of(CommandCode code, List<TpmEntity> handles, TpmWriter parameters) {
    return new TpmCommand(code, handles, parameters.toBytes());
  }

  /** The tag that command and response have. */
  static int tag(boolean withSessions) {
    return withSessions ? SESSIONS : NO_SESSIONS;
  }

  /** What cpHash is the digest of: command code, Names, parameters. Part 1: cpHash. */
  Bytes authorised() {
    TpmWriter out = new TpmWriter().u32(code.code());
    handles.forEach(entity -> out.bytes(entity.name().value()));
    return out.bytes(parameters).toBytes();
  }

  /** The whole command. */
  Bytes encode(List<Authorization> authorizations) {
    TpmWriter body = new TpmWriter();
    handles.forEach(entity -> body.u32(Integer.toUnsignedLong(entity.handle())));
    if (!authorizations.isEmpty()) {
      TpmWriter area = new TpmWriter();
      Bytes authorised = authorised();
      authorizations.forEach(authorization -> area.bytes(authorization.forCommand(authorised)));
      Bytes encoded = area.toBytes();
      body.u32(encoded.size()).bytes(encoded);
    }
    Bytes rest = body.bytes(parameters).toBytes();
    return new TpmWriter()
        .u16(tag(!authorizations.isEmpty()))
        .u32(HEADER + rest.size())
        .u32(code.code())
        .bytes(rest)
        .toBytes();
  }
}
