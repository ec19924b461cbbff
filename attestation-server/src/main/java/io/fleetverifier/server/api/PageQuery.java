// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import io.swagger.v3.oas.annotations.Parameter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Which page is asked for. */
public record PageQuery(
    @Parameter(description = "Most items of a page, 1 to 500; 100 when absent.") @Min(1) @Max(500)
        @Nullable Integer limit,
    @Parameter(description = "Member next of the page before; absent for the first page.")
        @Size(max = 1024)
        @Nullable String cursor) {

  private static final int USUAL_LIMIT = 100;

  /** Most items of the page. */
  public int most() {
    return limit == null ? USUAL_LIMIT : limit;
  }

  /** How many rows to read: one more than shown tells whether a page follows. */
  public int rows() {
    return most() + 1;
  }

  /**
   * Where the page begins.
   *
   * @param start what a first page begins after; its size is the size of every cursor of this list
   */
  public Cursor after(Cursor start) {
    return cursor == null ? start : Cursor.parse(cursor, start.key().size());
  }
}
