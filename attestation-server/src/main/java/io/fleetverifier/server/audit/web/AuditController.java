// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.audit.web;

import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.audit.AuditEvent;
import io.fleetverifier.server.audit.AuditEvents;
import io.fleetverifier.server.audit.AuditEvents.Filter;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit log. */
@RestController
@RequestMapping("/api/v1/audit")
final class AuditController {

  private final AuditEvents events;

  AuditController(AuditEvents events) {
    this.events = events;
  }

  @GetMapping
  Page<AuditEvent> list(
      @RequestParam(required = false) @Size(max = 200) @Pattern(regexp = Names.LINE)
          @Nullable String actor,
      @RequestParam(required = false) @Size(max = 200) @Pattern(regexp = Names.LINE)
          @Nullable String act,
      @RequestParam(required = false) @Size(max = 200) @Pattern(regexp = Names.LINE)
          @Nullable String subject,
      @Valid @ParameterObject PageQuery page) {
    return events.list(new Filter(actor, act, subject), page);
  }
}
