// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import java.util.List;

/**
 * Why a boot is not the expected one.
 *
 * @param cause the likely one, the most telling of all
 * @param others what it does not account for, the most telling first
 * @param pcrs every register that was asked about, ascending
 */
public record Explanation(Cause cause, List<Cause> others, List<PcrDifference> pcrs) {

  public Explanation {
    others = List.copyOf(others);
    pcrs = List.copyOf(pcrs);
  }
}
