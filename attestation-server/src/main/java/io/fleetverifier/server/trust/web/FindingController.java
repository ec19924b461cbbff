// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.device.DeviceDirectory;
import io.fleetverifier.server.trust.Finding;
import io.fleetverifier.server.trust.Findings;
import jakarta.validation.Valid;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Findings of a device. */
@RestController
@RequestMapping("/api/v1/devices/{id}/findings")
final class FindingController {

  private final DeviceDirectory directory;
  private final Findings findings;

  FindingController(DeviceDirectory directory, Findings findings) {
    this.directory = directory;
    this.findings = findings;
  }

  @GetMapping
  Page<Finding> list(
      @PathVariable UUID id,
      @RequestParam(defaultValue = "false") boolean open,
      @Valid @ParameterObject PageQuery page) {
    directory.require(id);
    return findings.list(id, open, page);
  }

  @PostMapping("/{finding}/acknowledge")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void acknowledge(
      @AuthenticationPrincipal Caller caller, @PathVariable UUID id, @PathVariable UUID finding) {
    findings.acknowledge(id, finding, caller.actor());
  }
}
