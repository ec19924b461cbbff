// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.device.EkRegistration;
import io.fleetverifier.server.device.EkRegistrations;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** EKs known beforehand. */
@RestController
@RequestMapping("/api/v1/ek-registrations")
final class EkRegistrationController {

  /** An EK to be registered; {@code note} is for people. */
  record NewRegistration(
      @NotNull @Pattern(regexp = Names.HASH32) String fingerprint,
      @NotNull @Pattern(regexp = Names.NAME) String group,
      @Size(max = 200) @Pattern(regexp = Names.LINE) @Nullable String note) {}

  private final EkRegistrations registrations;

  EkRegistrationController(EkRegistrations registrations) {
    this.registrations = registrations;
  }

  @GetMapping
  Page<EkRegistration> list(@Valid @ParameterObject PageQuery page) {
    return registrations.list(page);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  EkRegistration register(
      @AuthenticationPrincipal Caller caller, @Valid @RequestBody NewRegistration wanted) {
    String note = wanted.note() == null ? "" : wanted.note();
    return registrations.register(
        caller.actor(), Bytes.fromHex(wanted.fingerprint()), wanted.group(), note);
  }

  @DeleteMapping("/{fingerprint}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(@AuthenticationPrincipal Caller caller, @PathVariable String fingerprint) {
    Bytes known =
        Names.hash32(fingerprint)
            .orElseThrow(
                () -> Violations.ofParameter("fingerprint", "must be 64 hexadecimal digits"));
    registrations.remove(caller.actor(), known);
  }
}
