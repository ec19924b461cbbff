// SPDX-License-Identifier: Apache-2.0
/**
 * The structures of the TPM 2.0 Library specification as immutable records with exact decoding and
 * encoding, and the arithmetic on them: names, key derivation, policy digests, credential blobs and
 * sealed objects. No input or output, no logging, no judgement of policy. Decoders throw {@link
 * io.fleetverifier.tpm.TpmDecodeException} and nothing else; encoding what was decoded gives the
 * same bytes.
 */
@NullMarked
package io.fleetverifier.tpm;

import org.jspecify.annotations.NullMarked;
