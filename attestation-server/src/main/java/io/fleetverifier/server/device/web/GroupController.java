// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Etags;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.device.Group;
import io.fleetverifier.server.device.GroupChange;
import io.fleetverifier.server.device.Groups;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Groups of devices. */
@RestController
@RequestMapping("/api/v1/groups")
final class GroupController {

  private final Groups groups;

  GroupController(Groups groups) {
    this.groups = groups;
  }

  @GetMapping
  Page<Group> list(@Valid @ParameterObject PageQuery page) {
    return groups.list(page);
  }

  @PostMapping
  ResponseEntity<Group> create(
      @AuthenticationPrincipal Caller caller, @Valid @RequestBody GroupChange wanted) {
    return answer(HttpStatus.CREATED, groups.create(caller.actor(), wanted));
  }

  @GetMapping("/{name}")
  ResponseEntity<Group> get(@PathVariable String name) {
    return answer(HttpStatus.OK, groups.get(name));
  }

  @PatchMapping("/{name}")
  ResponseEntity<Group> change(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @Valid @RequestBody GroupChange wanted) {
    return answer(HttpStatus.OK, groups.change(caller.actor(), name, ifMatch, wanted));
  }

  private static ResponseEntity<Group> answer(HttpStatus status, Group group) {
    return ResponseEntity.status(status).eTag(Etags.of(group.version())).body(group);
  }
}
