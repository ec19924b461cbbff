// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Whether a vendor vouches for an endorsement key. */
public sealed interface EkVerdict {

  /** What else is worth telling. */
  List<EkFinding> findings();

  /** The certificate, where it could be read. */
  Optional<EkCertificate> read();

  /**
   * A configured vendor vouches for the key.
   *
   * @param path from the CA that issued the certificate to the root
   */
  record Endorsed(
      EkCertificate certificate,
      TpmIdentity identity,
      List<X509Certificate> path,
      List<EkFinding> findings)
      implements EkVerdict {

    public Endorsed {
      path = List.copyOf(path);
      findings = List.copyOf(findings);
    }

    @Override
    public Optional<EkCertificate> read() {
      return Optional.of(certificate);
    }
  }

  /** It does not count. */
  record Refused(
      EkRefusal code, String text, Optional<EkCertificate> read, List<EkFinding> findings)
      implements EkVerdict {

    public Refused {
      text = PrintableText.of(text);
      findings = List.copyOf(findings);
    }
  }
}
