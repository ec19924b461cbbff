// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust.web;

import io.fleetverifier.server.trust.DeviceExplanation;
import io.fleetverifier.server.trust.Explanations;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Why a device is or is not trusted at present. */
@RestController
@RequestMapping("/api/v1/devices/{id}/explanation")
final class ExplanationController {

  private final Explanations explanations;

  ExplanationController(Explanations explanations) {
    this.explanations = explanations;
  }

  @GetMapping
  DeviceExplanation get(@PathVariable UUID id) {
    return explanations.of(id);
  }
}
