// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmWriter;

/**
 * One use of a password or a session with one command. TPM 2.0 Library, Part 2: TPMS_AUTH_COMMAND,
 * TPMS_AUTH_RESPONSE.
 */
abstract sealed class Authorization permits Authorization.EmptyPassword, SessionUse {

  /** The session stays after the command. TPM 2.0 Library, Part 2: TPMA_SESSION, bit 0. */
  static final int CONTINUE = 0x01;

  /** The TPM encrypts the first parameter of its response. TPMA_SESSION, bit 6. */
  static final int ENCRYPT = 0x40;

  /** The password of no characters. */
  static final Authorization EMPTY_PASSWORD = new EmptyPassword();

  /**
   * TPMS_AUTH_COMMAND.
   *
   * @param authorised what cpHash is the digest of
   */
  abstract Bytes forCommand(Bytes authorised);

  /**
   * Checks TPMS_AUTH_RESPONSE.
   *
   * @param authorised what rpHash is the digest of
   * @throws TpmResponseException when it does not fit
   */
  abstract void checkResponse(Bytes authorised, Bytes nonceTpm, int attributes, Bytes hmac);

  static Bytes encode(int handle, Bytes nonce, int attributes, Bytes hmac) {
    return new TpmWriter()
        .u32(Integer.toUnsignedLong(handle))
        .sized(nonce)
        .u8(attributes)
        .sized(hmac)
        .toBytes();
  }

  static final class EmptyPassword extends Authorization {

    private EmptyPassword() {}

    @Override
    Bytes forCommand(Bytes authorised) {
      return encode(TpmHandles.RS_PW, Bytes.EMPTY, 0, Bytes.EMPTY);
    }

    @Override
    void checkResponse(Bytes authorised, Bytes nonceTpm, int attributes, Bytes hmac) {
      if (!nonceTpm.isEmpty() || !hmac.isEmpty()) {
        throw new TpmResponseException("a password was answered like a session");
      }
    }
  }
}
