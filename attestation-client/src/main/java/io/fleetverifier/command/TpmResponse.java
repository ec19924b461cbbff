// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmReader;
import java.util.List;

/**
 * A successful response whose sessions were checked.
 *
 * @param handle what the command made; 0 where it makes nothing
 * @param parameters the parameter area as received: where a session encrypts, the first parameter
 *     still is encrypted
 */
record TpmResponse(CommandCode command, int handle, Bytes parameters) {

  /**
   * Takes a response apart.
   *
   * @throws TpmCommandException when the TPM refused the command
   * @throws io.fleetverifier.tpm.TpmDecodeException when it is no response to this command
   * @throws TpmResponseException when a session shows that it was changed on the way
   */
  static TpmResponse decode(
      CommandCode command, Bytes response, List<Authorization> authorizations) {
    TpmReader in = new TpmReader(command + " response", response);
    int tag = in.u16("tag");
    in.u32("responseSize");
    TpmRc rc = new TpmRc(in.u32("responseCode"));
    if (!rc.isSuccess()) {
      throw new TpmCommandException(rc, command);
    }
    boolean withSessions = !authorizations.isEmpty();
    if (tag != TpmCommand.tag(withSessions)) {
      throw in.fault("tag", "not the tag of the command: 0x" + Integer.toHexString(tag));
    }
    int handle = command.returnsHandle() ? (int) in.u32("handle") : 0;
    int size = withSessions ? parameterSize(in) : in.remaining();
    Bytes parameters = in.bytes("parameters", size);
    checkSessions(command, parameters, in, authorizations);
    in.end();
    return new TpmResponse(command, handle, parameters);
  }

  private static int parameterSize(TpmReader in) {
    long size = in.u32("parameterSize");
    if (size > in.remaining()) {
      throw in.fault("parameterSize", "more than there is: " + size);
    }
    return (int) size;
  }

  private static void checkSessions(
      CommandCode command, Bytes parameters, TpmReader in, List<Authorization> authorizations) {
    // What rpHash is the digest of: response code, command code, parameters. Part 1: rpHash.
    Bytes authorised = Bytes.concat(Bytes.u32(0), Bytes.u32(command.code()), parameters);
    for (Authorization authorization : authorizations) {
      Bytes nonce = in.sized("nonceTPM", 64);
      int attributes = in.u8("sessionAttributes");
      authorization.checkResponse(authorised, nonce, attributes, in.sized("hmac", 64));
    }
  }

  /** Reads the parameters. */
  TpmReader reader() {
    return new TpmReader(command + " response", parameters);
  }
}
