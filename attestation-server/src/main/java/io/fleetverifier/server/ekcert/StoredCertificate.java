// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.EkFinding.Code;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate cut out of what an NV index holds: perhaps a wrapper of the time of TPM 1.2 before
 * it, perhaps padding behind it.
 */
record StoredCertificate(Bytes der, List<EkFinding> findings) {

  private static final int LARGEST = 1 << 16;

  /** TCG PC Client, TCG_PCCLIENT_STORED_CERT: tag, type, 16-bit size, then TCG_FULL_CERT. */
  private static final Bytes WRAPPER = Bytes.of(0x10, 0x01, 0x00);

  private static final Bytes FULL_CERTIFICATE = Bytes.of(0x10, 0x02);
  private static final int WRAPPER_SIZE = 7;
  private static final int SHORTEST_ODD_PADDING = 16;

  static StoredCertificate cut(Bytes stored) {
    if (stored.size() > LARGEST) {
      throw new EkCertificateException(
          EkRefusal.NOT_A_CERTIFICATE, stored.size() + " octets are no certificate");
    }
    List<EkFinding> findings = new ArrayList<>();
    Bytes rest = unwrapped(stored, findings);
    if (rest.isEmpty() || rest.at(0) != DerStructure.SEQUENCE) {
      throw new EkCertificateException(EkRefusal.NOT_A_CERTIFICATE, "not a DER sequence");
    }
    int end = new DerStructure(rest).end(0, rest.size());
    requirePadding(rest.slice(end), findings);
    return new StoredCertificate(rest.slice(0, end), List.copyOf(findings));
  }

  private static Bytes unwrapped(Bytes stored, List<EkFinding> findings) {
    boolean wrapped =
        stored.size() > WRAPPER_SIZE
            && stored.slice(0, 3).equals(WRAPPER)
            && stored.slice(5, WRAPPER_SIZE).equals(FULL_CERTIFICATE);
    if (!wrapped) {
      return stored;
    }
    int size = stored.at(3) << 8 | stored.at(4);
    Bytes certificate = stored.slice(WRAPPER_SIZE);
    int end = new DerStructure(certificate).end(0, certificate.size());
    if (size != end + FULL_CERTIFICATE.size()) {
      throw new EkCertificateException(
          EkRefusal.NOT_A_CERTIFICATE, "the wrapper is of another size than the certificate");
    }
    findings.add(new EkFinding(Code.TPM12_WRAPPER, "The certificate came in a TPM 1.2 wrapper."));
    return certificate;
  }

  /** NV memory is erased to 00 or FF; a longer run of another octet was seen in the field too. */
  private static void requirePadding(Bytes rest, List<EkFinding> findings) {
    if (rest.isEmpty()) {
      return;
    }
    int octet = rest.at(0);
    boolean padding = octet == 0x00 || octet == 0xff || rest.size() >= SHORTEST_ODD_PADDING;
    for (int i = 0; i < rest.size(); i++) {
      padding &= rest.at(i) == octet;
    }
    if (!padding) {
      throw new EkCertificateException(
          EkRefusal.TRAILING_DATA,
          rest.size() + " octets that are no padding follow the certificate");
    }
    findings.add(new EkFinding(Code.PADDING, rest.size() + " octets of padding were cut off."));
  }
}
