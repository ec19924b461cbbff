// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import java.util.UUID;

/**
 * Who calls the management plane.
 *
 * @param token id of the API token
 * @param name the token's name
 */
public record Caller(UUID token, String name, Role role) {

  /** How the caller stands in audit records and in {@code createdBy}. */
  public String actor() {
    return "token:" + token + ":" + name;
  }

  /**
   * Whether the caller may make the fleet less strict: turn releases on again, move a device that
   * has secrets to another group.
   */
  public boolean mayLoosen() {
    return role == Role.SECURITY_ENGINEER || role == Role.ADMIN;
  }
}
