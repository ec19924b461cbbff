// SPDX-License-Identifier: Apache-2.0
/**
 * Certificates of endorsement keys: whether a vendor of TPMs vouches for the key. Real certificates
 * that bend the rules of DER are read, lookalikes are refused, and nothing is fetched. Sources: TCG
 * EK Credential Profile for TPM Family 2.0 ("EKP"); RFC 5280.
 */
@NullMarked
package io.fleetverifier.server.ekcert;

import org.jspecify.annotations.NullMarked;
