// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;

/** One use of a session. */
final class SessionUse extends Authorization {

  private final Session session;
  private final int attributes;

  SessionUse(Session session, int attributes) {
    this.session = session;
    this.attributes = attributes;
  }

  @Override
  Bytes forCommand(Bytes authorised) {
    session.rollNonceCaller();
    return encode(
        session.entity().handle(),
        session.nonceCaller(),
        attributes,
        session.commandHmac(authorised, attributes));
  }

  @Override
  void checkResponse(Bytes authorised, Bytes nonceTpm, int answered, Bytes hmac) {
    if (answered != attributes) {
      throw new TpmResponseException("the response tells other session attributes");
    }
    session.takeResponse(authorised, nonceTpm, attributes, hmac);
  }
}
