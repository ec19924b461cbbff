// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.ekcert.EkCertificate;
import io.fleetverifier.server.ekcert.EkFinding;
import io.fleetverifier.server.ekcert.EkRefusal;
import io.fleetverifier.server.ekcert.EkVerdict;
import io.fleetverifier.server.ekcert.EkVerdict.Endorsed;
import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import io.fleetverifier.server.ekcert.PrintableText;
import io.fleetverifier.server.ekcert.TpmIdentity;
import io.fleetverifier.server.ekcert.VendorRoots;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What was found of the certificate of an endorsement key, as operators see it and as it is stored.
 *
 * @param verdict endorsed or refused
 * @param code why it is refused
 * @param text the same in words
 * @param manufacturer of the chip, such as IFX
 * @param version of the firmware when the chip was made, hexadecimal
 * @param issuer name of the CA, RFC 2253
 * @param serial number that the CA gave it, hexadecimal
 * @param path from the issuer to the root
 * @param findings what else is worth knowing
 */
public record EkJudgement(
    String verdict,
    @Nullable String code,
    @Nullable String text,
    @Nullable String manufacturer,
    @Nullable String model,
    @Nullable String version,
    @Nullable String issuer,
    @Nullable String serial,
    List<Authority> path,
    List<Finding> findings) {

  /**
   * A CA on the path.
   *
   * @param fingerprint SHA-256 of its certificate in hexadecimal
   */
  public record Authority(String subject, String fingerprint) {
    static Authority of(X509Certificate certificate) {
      return new Authority(
          PrintableText.of(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253)),
          VendorRoots.fingerprint(certificate).toHex());
    }
  }

  /** Something found that does not decide. */
  public record Finding(String code, String text) {
    static Finding of(EkFinding finding) {
      return new Finding(finding.code().name(), PrintableText.of(finding.text()));
    }
  }

  private static final String ENDORSED = "endorsed";
  private static final String REFUSED = "refused";

  /** What certificates say of themselves may be any text; a database takes none with a NUL. */
  public EkJudgement {
    text = printable(text);
    manufacturer = printable(manufacturer);
    model = printable(model);
    version = printable(version);
    issuer = printable(issuer);
    path = List.copyOf(path);
    findings = List.copyOf(findings);
  }

  private static @Nullable String printable(@Nullable String text) {
    return text == null ? null : PrintableText.of(text);
  }

  static EkJudgement of(EkVerdict verdict) {
    Optional<TpmIdentity> identity = verdict.read().flatMap(EkCertificate::identity);
    Optional<X509Certificate> x509 = verdict.read().map(EkCertificate::x509);
    Optional<Refused> refused =
        verdict instanceof Refused refusal ? Optional.of(refusal) : Optional.empty();
    List<X509Certificate> path = verdict instanceof Endorsed endorsed ? endorsed.path() : List.of();
    return new EkJudgement(
        refused.isPresent() ? REFUSED : ENDORSED,
        refused.map(refusal -> refusal.code().name()).orElse(null),
        refused.map(Refused::text).orElse(null),
        identity.map(TpmIdentity::manufacturer).orElse(null),
        identity.map(TpmIdentity::model).orElse(null),
        identity.map(TpmIdentity::version).orElse(null),
        x509.map(one -> one.getIssuerX500Principal().getName(X500Principal.RFC2253)).orElse(null),
        x509.map(one -> one.getSerialNumber().toString(16)).orElse(null),
        path.stream().map(Authority::of).toList(),
        verdict.findings().stream().map(Finding::of).toList());
  }

  /** Of a key that a deny list names, whatever its certificate says. */
  static EkJudgement ofDeniedKey() {
    return new EkJudgement(
        REFUSED,
        EkRefusal.DENIED.name(),
        "a deny list names the key",
        null,
        null,
        null,
        null,
        null,
        List.of(),
        List.of());
  }

  /** As it is stored. */
  public String toJson() {
    return WireJson.strict().writeValueAsString(this);
  }

  /**
   * As it was stored.
   *
   * @return nothing for nothing, and where another version of the server wrote it in a way that is
   *     not known here
   */
  public static Optional<EkJudgement> fromJson(@Nullable String json) {
    if (json == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(WireJson.lenient().readValue(json, EkJudgement.class));
    } catch (JacksonException unknown) {
      return Optional.empty();
    }
  }

  /** Whether a vendor vouches for the key. */
  public boolean endorses() {
    return verdict.equals(ENDORSED);
  }

  /** Whether the operator denies the key, its certificate, a CA of it or its firmware. */
  public boolean denies() {
    return EkRefusal.DENIED.name().equals(code);
  }

  /** Whether its vendor has revoked the certificate, or that of a CA. */
  public boolean revokes() {
    return EkRefusal.REVOKED.name().equals(code);
  }
}
