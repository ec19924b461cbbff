// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.util.Optional;

/**
 * A wrapped key that is about to be stored.
 *
 * @param keyId 8 to 32 octets, unique
 * @param wrapped the key as the key-encryption key wrapped it, purpose and key id bound
 * @param publicPoint 65-octet uncompressed SEC1 point of a P-256 key
 * @param certificate DER of a CA's certificate
 */
public record NewKey(
    KeyPurpose purpose,
    Bytes keyId,
    Bytes wrapped,
    Optional<Bytes> publicPoint,
    Optional<Bytes> certificate,
    String kekId) {}
