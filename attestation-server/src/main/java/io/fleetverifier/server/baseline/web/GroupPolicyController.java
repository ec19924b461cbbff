// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.web;

import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.baseline.Acceptance;
import io.fleetverifier.server.baseline.Acceptances;
import io.fleetverifier.server.baseline.Binding;
import io.fleetverifier.server.baseline.Bindings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What a group asks of its devices: the baselines it binds and the versions it accepts. */
@RestController
@RequestMapping("/api/v1/groups/{name}")
final class GroupPolicyController {

  /** How a baseline is bound. */
  record NewBinding(@NotEmpty Set<@NotNull Purpose> purposes, @Nullable Instant observeUntil) {}

  /** A version that shall count. */
  record NewAcceptance(
      @NotNull @Pattern(regexp = Names.NAME) String baseline,
      @Min(1) int version,
      @Nullable Instant from,
      @Nullable Instant until) {}

  private final Bindings bindings;
  private final Acceptances acceptances;

  GroupPolicyController(Bindings bindings, Acceptances acceptances) {
    this.bindings = bindings;
    this.acceptances = acceptances;
  }

  @GetMapping("/bindings")
  Page<Binding> listBindings(@PathVariable String name, @Valid @ParameterObject PageQuery page) {
    return bindings.list(name, page);
  }

  @GetMapping("/bindings/{baseline}")
  Binding getBinding(@PathVariable String name, @PathVariable String baseline) {
    return bindings.get(name, baseline);
  }

  @PutMapping("/bindings/{baseline}")
  Binding bind(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @PathVariable String baseline,
      @Valid @RequestBody NewBinding wanted) {
    return bindings.put(caller.actor(), name, baseline, wanted.purposes(), wanted.observeUntil());
  }

  @DeleteMapping("/bindings/{baseline}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void unbind(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @PathVariable String baseline) {
    bindings.remove(caller.actor(), name, baseline);
  }

  @GetMapping("/acceptances")
  Page<Acceptance> listAcceptances(
      @PathVariable String name, @Valid @ParameterObject PageQuery page) {
    return acceptances.list(name, page);
  }

  @PutMapping("/acceptances")
  Acceptance accept(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @Valid @RequestBody NewAcceptance wanted) {
    return acceptances.accept(
        caller.actor(), name, wanted.baseline(), wanted.version(), wanted.from(), wanted.until());
  }

  @DeleteMapping("/acceptances/{baseline}/{number}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void endAcceptance(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @PathVariable String baseline,
      @PathVariable int number) {
    acceptances.end(caller.actor(), name, baseline, number);
  }
}
