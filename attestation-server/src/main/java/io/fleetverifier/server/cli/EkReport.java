// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.EkCertificate;
import io.fleetverifier.server.ekcert.EkCertificateVerifier;
import io.fleetverifier.server.ekcert.EkFinding;
import io.fleetverifier.server.ekcert.EkPolicy;
import io.fleetverifier.server.ekcert.EkVerdict;
import io.fleetverifier.server.ekcert.EkVerdict.Endorsed;
import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import io.fleetverifier.server.ekcert.PrintableText;
import io.fleetverifier.server.ekcert.TpmIdentity;
import io.fleetverifier.server.ekcert.VendorRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a vendor vouches for an endorsement key, by the roots in a folder. */
final class EkReport {

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*)-----END CERTIFICATE-----");

  private EkReport() {}

  static Report of(Arguments arguments, Instant now) throws IOException {
    String folder =
        arguments
            .one("--roots")
            .orElseThrow(() -> new UsageException("inspect ek needs --roots DIR"));
    VendorRoots roots = VendorRoots.collected(Path.of(folder));
    List<Bytes> intermediates = new ArrayList<>();
    for (String file : arguments.all("--intermediate")) {
      intermediates.add(der(Inspect.read(Path.of(file))));
    }
    EkVerdict verdict =
        new EkCertificateVerifier(roots, EkPolicy.standard())
            .verify(der(Inspect.read(arguments.file())), intermediates, now);
    if (verdict instanceof Refused refused && refused.code().isUndecodable()) {
      throw new UndecodableException(refused.code().name(), refused.text());
    }
    return report(verdict);
  }

  /** The first certificate of a PEM file; anything else as it is. */
  private static Bytes der(Bytes file) {
    if (file.isEmpty() || file.at(0) == 0x30 || file.at(0) == 0x10) {
      return file;
    }
    Matcher matcher = PEM.matcher(new String(file.toArray(), StandardCharsets.ISO_8859_1));
    try {
      return matcher.find() ? Bytes.copyOf(Base64.getMimeDecoder().decode(matcher.group(1))) : file;
    } catch (IllegalArgumentException notBase64) {
      return file;
    }
  }

  private static Report report(EkVerdict verdict) {
    Optional<TpmIdentity> identity = verdict.read().flatMap(EkCertificate::identity);
    Report report = new Report();
    report.put("verdict", verdict instanceof Endorsed ? "endorsed" : "refused");
    report.put("code", verdict instanceof Refused refused ? refused.code().name() : null);
    report.put("manufacturer", identity.map(TpmIdentity::manufacturer).orElse(null));
    report.put("model", identity.map(TpmIdentity::model).orElse(null));
    report.put("version", identity.map(TpmIdentity::version).orElse(null));
    report.put("key", verdict.read().map(EkCertificate::keyLabel).orElse(null));
    List<Object> path = report.array("path");
    if (verdict instanceof Endorsed endorsed) {
      for (X509Certificate authority : endorsed.path()) {
        path.add(PrintableText.of(authority.getSubjectX500Principal().toString()));
      }
    }
    List<Object> findings = report.array("findings");
    if (verdict instanceof Refused refused) {
      findings.add(new Report().put("code", refused.code().name()).put("text", refused.text()));
    }
    for (EkFinding finding : verdict.findings()) {
      findings.add(new Report().put("code", finding.code().name()).put("text", finding.text()));
    }
    return report;
  }
}
