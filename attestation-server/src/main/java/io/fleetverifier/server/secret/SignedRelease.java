// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import io.fleetverifier.bytes.Bytes;

/**
 * A release document and its signature.
 *
 * @param release the exact bytes
 * @param keyId of the answer key
 * @param signature r and s, 64 bytes
 */
public record SignedRelease(Bytes release, Bytes keyId, Bytes signature) {}
