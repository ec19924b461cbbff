// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust.web;

import io.fleetverifier.server.api.Etags;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.trust.TrustReads;
import io.fleetverifier.server.trust.TrustReads.Filter;
import io.fleetverifier.server.trust.TrustRow;
import io.fleetverifier.server.trust.TrustSummary;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Trust, to be polled: an answer that has not changed is 304 and empty. */
@RestController
@RequestMapping("/api/v1/trust")
final class TrustController {

  private final TrustReads trust;

  TrustController(TrustReads trust) {
    this.trust = trust;
  }

  @GetMapping("/devices")
  ResponseEntity<Page<TrustRow>> devices(
      @RequestParam(required = false) @Size(max = 63) @Pattern(regexp = Names.LINE)
          @Nullable String group,
      @RequestParam(required = false) @Size(max = 32) @Pattern(regexp = Names.LINE)
          @Nullable String state,
      @Valid @ParameterObject PageQuery page) {
    return answer(trust.devices(new Filter(group, state), page));
  }

  @GetMapping("/summary")
  ResponseEntity<TrustSummary> summary() {
    return answer(trust.summary());
  }

  /** Spring answers 304 where If-None-Match names this tag. */
  private static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noCache().cachePrivate())
        .eTag(Etags.ofContent(body))
        .body(body);
  }
}
