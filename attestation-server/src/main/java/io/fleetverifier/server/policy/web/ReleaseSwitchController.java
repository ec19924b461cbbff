// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.policy.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.policy.ReleaseSwitch;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The fleet-wide switch of releases. */
@RestController
@RequestMapping("/api/v1/releases")
final class ReleaseSwitchController {

  /** The position of the switch. */
  record Position(boolean on) {}

  private final ReleaseSwitch releases;

  ReleaseSwitchController(ReleaseSwitch releases) {
    this.releases = releases;
  }

  @GetMapping
  Position get() {
    return new Position(releases.isOn());
  }

  /** An operator stops everything at once; to start again takes a security engineer. */
  @PutMapping
  Position set(@AuthenticationPrincipal Caller caller, @RequestBody Position wanted) {
    if (wanted.on() && !caller.mayLoosen()) {
      throw new ProblemException(
          ProblemCode.FORBIDDEN, "Releases are turned on again by a security engineer.");
    }
    releases.set(wanted.on(), caller.actor());
    return wanted;
  }
}
