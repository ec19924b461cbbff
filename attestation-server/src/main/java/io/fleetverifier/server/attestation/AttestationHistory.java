// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import java.util.UUID;

/** Evidence of the past, to be looked at. */
public interface AttestationHistory {

  /** The attestations of a device, newest first. */
  Page<StoredAttestation> list(UUID device, PageQuery query);
}
