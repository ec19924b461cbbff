// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;

/**
 * A key that seals challenge and enrolment tokens.
 *
 * @param keyId 8 octets, carried in each token
 * @param key 32 octets, the input of a key derivation, never a cipher's key itself; shared by all
 *     users of this key, so nobody closes it
 */
public record TokenKey(Bytes keyId, SecretBytes key) {}
