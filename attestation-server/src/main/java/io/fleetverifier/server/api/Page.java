// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next cursor of the page that follows; absent on the last page
 */
public record Page<T>(List<T> items, @Nullable String next) {

  /**
   * Makes a page of rows that were read one beyond the limit, which tells whether another follows.
   *
   * @param cursor the position right after a row
   */
  public static <R, T> Page<T> of(
      List<R> rows, int limit, Function<R, T> view, Function<R, Cursor> cursor) {
    List<R> kept = rows.subList(0, Math.min(limit, rows.size()));
    String next = rows.size() > limit ? cursor.apply(kept.getLast()).text() : null;
    return new Page<>(kept.stream().map(view).toList(), next);
  }
}
