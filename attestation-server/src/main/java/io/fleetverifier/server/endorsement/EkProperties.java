// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.DenyList;
import io.fleetverifier.server.ekcert.EkPolicy;
import io.fleetverifier.server.ekcert.EkPolicy.Expired;
import io.fleetverifier.server.ekcert.EkPolicy.Revocation;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an operator decides about certificates of endorsement keys.
 *
 * @param roots folder of the vendors' CAs; {@code ek-roots} in the home folder where none is named
 * @param expired whether a certificate past its end still counts; chips live longer than their CAs
 * @param revocationUnknown whether one counts for which there is no fresh list of revocations
 * @param manufacturers those that count, such as {@code IFX}; none for all that have a root
 * @param sha1Issuers SHA-256, in hexadecimal, of CA certificates whose signatures with SHA-1 count
 */
@ConfigurationProperties("fv.ek")
record EkProperties(
    @Nullable Path roots,
    @DefaultValue("accept") Choice expired,
    @DefaultValue("accept") Choice revocationUnknown,
    @DefaultValue Set<String> manufacturers,
    @DefaultValue Set<String> sha1Issuers) {

  enum Choice {
    ACCEPT,
    REFUSE
  }

  EkProperties {
    for (String issuer : sha1Issuers) {
      if (!issuer.matches("[0-9A-Fa-f]{64}")) {
        throw new IllegalArgumentException(
            "fv.ek.sha1-issuers are SHA-256 digests of certificates, 64 hexadecimal digits; not "
                + issuer);
      }
    }
    manufacturers = manufacturers.stream().map(EkProperties::maker).collect(Collectors.toSet());
    sha1Issuers = Set.copyOf(sha1Issuers);
  }

  private static String maker(String written) {
    String maker = MakerName.of(written);
    if (!maker.matches("[!-~]{1,4}|id:[0-9A-F]{8}")) {
      throw new IllegalArgumentException(
          "fv.ek.manufacturers are identifiers of makers such as IFX; not " + written);
    }
    return maker;
  }

  EkPolicy policy(DenyList denied) {
    return new EkPolicy(
        expired == Choice.ACCEPT ? Expired.ACCEPT_AND_TELL : Expired.REFUSE,
        revocationUnknown == Choice.ACCEPT
            ? Revocation.TELL_WHEN_UNKNOWN
            : Revocation.REFUSE_WHEN_UNKNOWN,
        manufacturers,
        sha1Issuers.stream().map(Bytes::fromHex).collect(Collectors.toSet()),
        denied);
  }

  /** Names these decisions; in whatever order they were written. */
  Bytes digest() {
    return Bytes.utf8(
            expired
                + "|"
                + revocationUnknown
                + "|"
                + new TreeSet<>(manufacturers)
                + "|"
                + new TreeSet<>(sha1Issuers))
        .sha256();
  }
}
