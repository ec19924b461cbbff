// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement.web;

import io.fleetverifier.server.ekcert.PrintableText;
import io.fleetverifier.server.ekcert.VendorRoots;
import io.fleetverifier.server.ekcert.VendorRoots.Pinned;
import io.fleetverifier.server.endorsement.VendorFolder;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The vendors' CAs as this replica has read them. */
@RestController
@RequestMapping("/api/v1/ek-roots")
final class EkRootController {

  /**
   * What counts.
   *
   * @param fault why the folder as it is now cannot be read; what is listed was read before
   */
  record Roots(@Nullable String fault, int revocationLists, List<Authority> items) {}

  /**
   * A CA.
   *
   * @param fingerprint SHA-256 of its certificate
   * @param manufacturer whose chips it may vouch for, where the folder says so
   * @param root whether it is self-signed; else an intermediate
   */
  record Authority(
      String fingerprint,
      String subject,
      @Nullable String manufacturer,
      boolean root,
      Instant notAfter) {

    static Authority of(Pinned pinned) {
      return new Authority(
          pinned.fingerprint().toHex(),
          PrintableText.of(
              pinned.certificate().getSubjectX500Principal().getName(X500Principal.RFC2253)),
          pinned.maker().orElse(null),
          pinned.isRoot(),
          pinned.certificate().getNotAfter().toInstant());
    }
  }

  private final VendorFolder folder;

  EkRootController(VendorFolder folder) {
    this.folder = folder;
  }

  @GetMapping
  Roots get() {
    VendorRoots roots = folder.roots();
    return new Roots(
        folder.fault().orElse(null),
        roots.revocations().size(),
        roots.certificates().stream().map(Authority::of).toList());
  }
}
