// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import java.time.Instant;

/**
 * When and from where.
 *
 * @param now time of receipt, by the database's clock
 * @param challengedAt when the challenge was issued: the quote is younger
 * @param source the device's address, as far as configured proxies tell it: 4 or 16 octets
 * @param answerable whether the server holds an answer key that the device accepts
 */
public record Circumstances(Instant now, Instant challengedAt, Bytes source, boolean answerable) {}
