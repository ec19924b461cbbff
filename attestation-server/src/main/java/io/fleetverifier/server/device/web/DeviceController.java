// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.device.DeviceDetail;
import io.fleetverifier.server.device.DeviceDirectory;
import io.fleetverifier.server.device.DeviceDirectory.Filter;
import io.fleetverifier.server.device.DeviceLifecycle;
import io.fleetverifier.server.device.DeviceSummary;
import io.fleetverifier.server.device.GroupMoves;
import io.fleetverifier.server.device.NewTpmEpoch;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Devices and their life. */
@RestController
@RequestMapping("/api/v1/devices")
final class DeviceController {

  /** Where a device shall go. */
  record NewGroup(@NotNull @Pattern(regexp = Names.NAME) String group) {}

  private final DeviceDirectory directory;
  private final DeviceLifecycle lifecycle;
  private final GroupMoves moves;
  private final NewTpmEpoch epochs;

  DeviceController(
      DeviceDirectory directory, DeviceLifecycle lifecycle, GroupMoves moves, NewTpmEpoch epochs) {
    this.directory = directory;
    this.lifecycle = lifecycle;
    this.moves = moves;
    this.epochs = epochs;
  }

  @GetMapping
  Page<DeviceSummary> list(
      @RequestParam(required = false) @Size(max = 63) @Pattern(regexp = Names.LINE)
          @Nullable String group,
      @RequestParam(required = false) @Size(max = 32) @Pattern(regexp = Names.LINE)
          @Nullable String state,
      @RequestParam(required = false) @Size(max = 64) @Pattern(regexp = Names.LINE)
          @Nullable String name,
      @Valid @ParameterObject PageQuery page) {
    return directory.list(new Filter(group, state, name), page);
  }

  @GetMapping("/{id}")
  DeviceDetail get(@PathVariable UUID id) {
    return directory.get(id);
  }

  @PostMapping("/{id}/revoke")
  DeviceDetail revoke(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    lifecycle.revoke(id, caller.actor());
    return directory.get(id);
  }

  @PostMapping("/{id}/reinstate")
  DeviceDetail reinstate(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    lifecycle.reinstate(id, caller.actor());
    return directory.get(id);
  }

  /** A tombstone stays: the device's keys never enrol again. */
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void retire(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    lifecycle.retire(id, caller.actor());
  }

  @PostMapping("/{id}/group")
  DeviceDetail move(
      @AuthenticationPrincipal Caller caller,
      @PathVariable UUID id,
      @Valid @RequestBody NewGroup wanted) {
    moves.move(id, wanted.group(), caller.actor(), caller.mayLoosen());
    return directory.get(id);
  }

  @PostMapping("/{id}/tpm-epoch")
  DeviceDetail openTpmEpoch(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    epochs.open(id, caller.actor());
    return directory.get(id);
  }
}
