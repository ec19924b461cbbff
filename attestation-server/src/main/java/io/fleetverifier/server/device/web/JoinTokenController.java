// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.device.IssuedJoinToken;
import io.fleetverifier.server.device.JoinToken;
import io.fleetverifier.server.device.JoinTokens;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.UUID;
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

/** Join tokens: let devices with a genuine TPM come into a group by themselves. */
@RestController
@RequestMapping("/api/v1/join-tokens")
final class JoinTokenController {

  private static final long YEAR_SECONDS = 365L * 24 * 60 * 60;

  /**
   * A token to be made.
   *
   * @param uses how many devices it admits
   * @param expiresIn seconds, 60 to one year
   */
  record NewJoinToken(
      @NotNull @Pattern(regexp = Names.NAME) String group,
      @Min(1) @Max(100_000) int uses,
      @Min(60) @Max(YEAR_SECONDS) long expiresIn) {}

  private final JoinTokens tokens;

  JoinTokenController(JoinTokens tokens) {
    this.tokens = tokens;
  }

  @GetMapping
  Page<JoinToken> list(@Valid @ParameterObject PageQuery page) {
    return tokens.list(page);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  IssuedJoinToken create(
      @AuthenticationPrincipal Caller caller, @Valid @RequestBody NewJoinToken wanted) {
    return tokens.issue(
        caller.actor(), wanted.group(), wanted.uses(), Duration.ofSeconds(wanted.expiresIn()));
  }

  @DeleteMapping("/{id}")
  JoinToken revoke(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    return tokens.revoke(caller.actor(), id);
  }
}
