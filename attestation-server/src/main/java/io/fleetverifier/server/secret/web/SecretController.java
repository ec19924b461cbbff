// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.device.DeviceDirectory;
import io.fleetverifier.server.secret.SecretDescription;
import io.fleetverifier.server.secret.SecretInventory;
import io.fleetverifier.server.secret.SecretRenewals;
import java.util.UUID;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Secrets of a device: that they exist, never what they are. */
@RestController
@RequestMapping("/api/v1/devices/{id}/secrets")
final class SecretController {

  private final DeviceDirectory directory;
  private final SecretInventory inventory;
  private final SecretRenewals renewals;

  SecretController(DeviceDirectory directory, SecretInventory inventory, SecretRenewals renewals) {
    this.directory = directory;
    this.inventory = inventory;
    this.renewals = renewals;
  }

  @GetMapping
  Page<SecretDescription> list(@PathVariable UUID id) {
    directory.require(id);
    return new Page<>(inventory.of(id), null);
  }

  @PostMapping("/{volume}/renew")
  Page<SecretDescription> renew(
      @AuthenticationPrincipal Caller caller, @PathVariable UUID id, @PathVariable String volume) {
    directory.require(id);
    renewals.renew(id, volume, caller.actor());
    return new Page<>(inventory.of(id), null);
  }
}
