// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.web;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Etags;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.baseline.Baseline;
import io.fleetverifier.server.baseline.BaselineVersion;
import io.fleetverifier.server.baseline.BaselineVersions;
import io.fleetverifier.server.baseline.Baselines;
import io.fleetverifier.server.baseline.Capture;
import io.fleetverifier.server.baseline.CaptureDrafts;
import io.fleetverifier.server.baseline.ImageDrafts;
import io.fleetverifier.server.baseline.ImageQuery;
import io.fleetverifier.server.baseline.LogDrafts;
import io.fleetverifier.server.baseline.LogQuery;
import io.fleetverifier.server.baseline.VersionRules;
import io.fleetverifier.server.problem.UnreadableBodyException;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Baselines and their versions. */
@RestController
@RequestMapping("/api/v1/baselines")
final class BaselineController {

  /** What {@code curl --data-binary} calls any file, unless it is told better. */
  private static final String CURLS_DEFAULT = MediaType.APPLICATION_FORM_URLENCODED_VALUE;

  /** A baseline to be made. */
  record NewBaseline(
      @NotNull @Pattern(regexp = Names.NAME) String name,
      @NotNull @Pattern(regexp = Names.NAME) String aspect) {}

  /**
   * A version to be drafted, from typed values and rules or from a capture.
   *
   * @param values PCR number to its value in hexadecimal, or {@code zero}; for PCR 11 also to an
   *     object of phase path to value
   */
  record NewVersion(
      @NotNull @Size(min = 1, max = 100) @Pattern(regexp = Names.LINE) String label,
      @Schema(
              type = "object",
              example =
                  "{\"4\": \"<64 hexadecimal digits>\", \"11\": {\"enter-initrd\": \"<64 hexadecimal digits>\"}}")
          @Size(max = 24)
          @Nullable Map<String, JsonNode> values,
      @Nullable VersionRules rules,
      @Valid @Nullable Capture capture) {}

  private final Baselines baselines;
  private final BaselineVersions versions;
  private final CaptureDrafts captures;
  private final ImageDrafts images;
  private final LogDrafts logs;

  BaselineController(
      Baselines baselines,
      BaselineVersions versions,
      CaptureDrafts captures,
      ImageDrafts images,
      LogDrafts logs) {
    this.baselines = baselines;
    this.versions = versions;
    this.captures = captures;
    this.images = images;
    this.logs = logs;
  }

  @GetMapping
  Page<Baseline> list(@Valid @ParameterObject PageQuery page) {
    return baselines.list(page);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Baseline create(@AuthenticationPrincipal Caller caller, @Valid @RequestBody NewBaseline wanted) {
    return baselines.create(caller.actor(), wanted.name(), wanted.aspect());
  }

  @GetMapping("/{name}/versions")
  Page<BaselineVersion> listVersions(
      @PathVariable String name, @Valid @ParameterObject PageQuery page) {
    return versions.list(name, page);
  }

  @PostMapping("/{name}/versions")
  ResponseEntity<BaselineVersion> draft(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @Valid @RequestBody NewVersion wanted) {
    return answer(HttpStatus.CREATED, draft(caller.actor(), name, wanted));
  }

  @PostMapping(
      path = "/{name}/versions/from-image",
      consumes = {MediaType.APPLICATION_OCTET_STREAM_VALUE, CURLS_DEFAULT})
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      description = "The unified kernel image as it is, at most 512 MiB.",
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
              schema = @Schema(type = "string", format = "binary")))
  ResponseEntity<BaselineVersion> draftFromImage(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @Valid @ParameterObject ImageQuery query,
      InputStream body) {
    return answer(HttpStatus.CREATED, images.draft(caller.actor(), name, query, body));
  }

  @PostMapping(
      path = "/{name}/versions/from-log",
      consumes = {MediaType.APPLICATION_OCTET_STREAM_VALUE, CURLS_DEFAULT})
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      description = "The boot event log as the firmware kept it, at most 1 MiB.",
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
              schema = @Schema(type = "string", format = "binary")))
  ResponseEntity<BaselineVersion> draftFromLog(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @Valid @ParameterObject LogQuery query,
      InputStream body) {
    return answer(HttpStatus.CREATED, logs.draft(caller.actor(), name, query, read(body)));
  }

  /** As long as the path allows. */
  private static Bytes read(InputStream body) {
    try {
      return Bytes.copyOf(body.readAllBytes());
    } catch (IOException e) {
      throw new UnreadableBodyException(e);
    }
  }

  private BaselineVersion draft(String actor, String name, NewVersion wanted) {
    boolean typed = wanted.values() != null || wanted.rules() != null;
    if (wanted.capture() == null && typed) {
      return versions.type(actor, name, wanted.label(), wanted.values(), wanted.rules());
    }
    if (wanted.capture() == null || typed) {
      throw Violations.of("", "needs values, rules or both; or capture alone");
    }
    return captures.draft(actor, name, wanted.label(), wanted.capture());
  }

  @GetMapping("/{name}/versions/{number}")
  ResponseEntity<BaselineVersion> get(@PathVariable String name, @PathVariable int number) {
    return answer(HttpStatus.OK, versions.get(name, number));
  }

  @PostMapping("/{name}/versions/{number}/publish")
  ResponseEntity<BaselineVersion> publish(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @PathVariable int number,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return answer(HttpStatus.OK, versions.publish(caller.actor(), name, number, ifMatch));
  }

  @PostMapping("/{name}/versions/{number}/revoke")
  ResponseEntity<BaselineVersion> revoke(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @PathVariable int number,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return answer(HttpStatus.OK, versions.revoke(caller.actor(), name, number, ifMatch));
  }

  @DeleteMapping("/{name}/versions/{number}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void removeDraft(
      @AuthenticationPrincipal Caller caller,
      @PathVariable String name,
      @PathVariable int number,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    versions.removeDraft(caller.actor(), name, number, ifMatch);
  }

  private static ResponseEntity<BaselineVersion> answer(
      HttpStatus status, BaselineVersion version) {
    return ResponseEntity.status(status).eTag(Etags.of(version.rowVersion())).body(version);
  }
}
