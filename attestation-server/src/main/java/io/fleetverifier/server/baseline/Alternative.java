// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the same image leads to by another choice.
 *
 * @param parameter the parameter that chooses it, such as {@code stub=252}
 * @param commandLine where the choice is one of command lines
 * @param values of PCR 11, by phase path
 */
public record Alternative(
    String parameter, @Nullable String commandLine, SortedMap<String, String> values) {}
