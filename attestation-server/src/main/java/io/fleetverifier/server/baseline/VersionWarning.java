// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

/**
 * Something about a version that a person should look at before it is published.
 *
 * @param code stable word
 */
public record VersionWarning(String code, String detail) {}
