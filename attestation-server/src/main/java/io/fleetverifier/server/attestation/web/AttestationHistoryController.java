// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.web;

import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.attestation.AttestationHistory;
import io.fleetverifier.server.attestation.StoredAttestation;
import io.fleetverifier.server.device.DeviceDirectory;
import jakarta.validation.Valid;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a device has shown so far. */
@RestController
@RequestMapping("/api/v1/devices/{id}/attestations")
final class AttestationHistoryController {

  private final DeviceDirectory directory;
  private final AttestationHistory history;

  AttestationHistoryController(DeviceDirectory directory, AttestationHistory history) {
    this.directory = directory;
    this.history = history;
  }

  @GetMapping
  Page<StoredAttestation> list(@PathVariable UUID id, @Valid @ParameterObject PageQuery page) {
    directory.require(id);
    return history.list(id, page);
  }
}
