// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access.web;

import io.fleetverifier.server.access.ApiTokenView;
import io.fleetverifier.server.access.ApiTokens;
import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.access.IssuedApiToken;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
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

/** API tokens: who may call the management plane. */
@RestController
@RequestMapping("/api/v1/tokens")
final class ApiTokenController {

  private static final long YEAR_SECONDS = 365L * 24 * 60 * 60;

  /**
   * A token to be made.
   *
   * @param expiresIn seconds, 60 to one year
   */
  record NewToken(
      @NotNull @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}") String name,
      @NotNull Role role,
      @Min(60) @Max(YEAR_SECONDS) long expiresIn) {}

  private final ApiTokens tokens;

  ApiTokenController(ApiTokens tokens) {
    this.tokens = tokens;
  }

  @GetMapping
  Page<ApiTokenView> list(@Valid @ParameterObject PageQuery page) {
    return tokens.list(page);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  IssuedApiToken create(
      @AuthenticationPrincipal Caller caller, @Valid @RequestBody NewToken wanted) {
    return tokens.issue(
        caller.actor(), wanted.name(), wanted.role(), Duration.ofSeconds(wanted.expiresIn()));
  }

  @DeleteMapping("/{id}")
  ApiTokenView revoke(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    return tokens.revoke(caller.actor(), id);
  }
}
