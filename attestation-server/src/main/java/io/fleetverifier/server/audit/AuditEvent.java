// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.audit;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** Who did what, when and to what; the members are those of {@link AuditLog#record}. */
public record AuditEvent(
    long id, Instant at, String actor, String act, String subject, JsonNode detail) {}
