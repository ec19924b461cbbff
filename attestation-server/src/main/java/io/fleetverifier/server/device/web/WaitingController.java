// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.device.Approvals;
import io.fleetverifier.server.device.DeviceDirectory;
import io.fleetverifier.server.device.Groups;
import io.fleetverifier.server.device.WaitingDevice;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Locale;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Enrolments that wait for a person. */
@RestController
@RequestMapping("/api/v1/waiting")
final class WaitingController {

  /**
   * A person's word that this device is ours.
   *
   * @param ekCode as read from the device's console, in either case
   */
  record Approval(
      @NotNull @Pattern(regexp = "([A-Za-z2-7]{4}-){3}[A-Za-z2-7]{4}") String ekCode,
      @NotNull @Pattern(regexp = Names.NAME) String group) {}

  /** The device that the enrolment became. */
  record Approved(UUID deviceId) {}

  private final DeviceDirectory directory;
  private final Approvals approvals;
  private final Groups groups;

  WaitingController(DeviceDirectory directory, Approvals approvals, Groups groups) {
    this.directory = directory;
    this.approvals = approvals;
    this.groups = groups;
  }

  @GetMapping
  Page<WaitingDevice> list(@Valid @ParameterObject PageQuery page) {
    return directory.waiting(page);
  }

  @PostMapping("/{id}/approve")
  Approved approve(
      @AuthenticationPrincipal Caller caller,
      @PathVariable UUID id,
      @Valid @RequestBody Approval approval) {
    String ekCode = approval.ekCode().toUpperCase(Locale.ROOT);
    UUID group = groups.idOf(approval.group());
    return new Approved(approvals.approve(id, ekCode, group, caller.actor()));
  }

  @PostMapping("/{id}/deny")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void deny(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    approvals.deny(id, caller.actor());
  }
}
