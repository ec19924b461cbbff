// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * Maker, model and version of the chip in the subject alternative name, as one RDN of several
 * values or as several. Source: EKP, "Subject Alternative Name".
 */
final class TpmAttributes {

  private static final String MANUFACTURER = "2.23.133.2.1";
  private static final String MODEL = "2.23.133.2.2";
  private static final String VERSION = "2.23.133.2.3";
  private static final Pattern MANUFACTURER_ID = Pattern.compile("id:[0-9A-Fa-f]{8}");
  private static final Pattern VERSION_ID = Pattern.compile("id:[0-9A-Fa-f]{2,16}");
  private static final int LONGEST_MODEL = 256;

  private TpmAttributes() {}

  static Optional<TpmIdentity> of(Certificate certificate) {
    Extensions extensions = certificate.getTBSCertificate().getExtensions();
    if (extensions == null) {
      return Optional.empty();
    }
    GeneralNames names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    if (names == null) {
      return Optional.empty();
    }
    Map<String, String> attributes = new HashMap<>();
    for (GeneralName name : names.getNames()) {
      if (name.getTagNo() == GeneralName.directoryName) {
        collect(X500Name.getInstance(name.getName()), attributes);
      }
    }
    return identity(
        attributes.getOrDefault(MANUFACTURER, ""),
        attributes.getOrDefault(MODEL, ""),
        attributes.getOrDefault(VERSION, ""));
  }

  private static void collect(X500Name name, Map<String, String> attributes) {
    for (RDN rdn : name.getRDNs()) {
      for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
        ASN1Encodable value = attribute.getValue();
        if (value instanceof ASN1String text) {
          // A second value under the same name makes both void.
          attributes.merge(attribute.getType().getId(), text.getString(), (a, b) -> "");
        }
      }
    }
  }

  private static Optional<TpmIdentity> identity(String manufacturer, String model, String version) {
    boolean whole =
        MANUFACTURER_ID.matcher(manufacturer).matches()
            && VERSION_ID.matcher(version).matches()
            && !model.isEmpty()
            && model.length() <= LONGEST_MODEL;
    return whole
        ? Optional.of(new TpmIdentity(letters(manufacturer), model, version.substring(3)))
        : Optional.empty();
  }

  /**
   * How a maker is named: its letters, or, where it has none, its digits in upper case.
   *
   * @param id such as {@code id:49465800}
   */
  static String letters(String id) {
    Bytes octets = Bytes.copyOf(HexFormat.of().parseHex(id.substring(3)));
    String text = new String(octets.toArray(), StandardCharsets.ISO_8859_1).replace("\0", "");
    return text.matches("[ -~]{3,4}")
        ? text.strip()
        : "id:" + octets.toHex().toUpperCase(Locale.ROOT);
  }
}
