// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * First message of an enrolment (section 4, step 2).
 *
 * @param name proposed device name, for people
 * @param joinToken {@code fvj_…}, or absent
 * @param ak {@code TPMT_PUBLIC} of the attestation key
 * @param eks every endorsement key the device can show
 * @param intermediates DER certificates between EK certificates and a vendor root, or absent
 */
public record EnrolmentRequest(
    int protocol,
    String name,
    @Nullable String joinToken,
    Bytes ak,
    List<EndorsementKey> eks,
    @Nullable List<Bytes> intermediates) {

  /**
   * One endorsement key.
   *
   * @param area {@code TPMT_PUBLIC}
   * @param certificate DER, or absent
   */
  public record EndorsementKey(Bytes area, @Nullable Bytes certificate) {
    public EndorsementKey {
      Check.size(area, "area", 1, Protocol.MAX_AREA);
      Check.sizeIfPresent(certificate, "certificate", 1, Protocol.MAX_CERTIFICATE);
    }
  }

  public EnrolmentRequest {
    Check.protocol(protocol);
    if (!Protocol.isDeviceName(Check.present(name, "name"))) {
      throw new MalformedMessageException("member 'name' is no device name: [A-Za-z0-9._-]{1,64}");
    }
    if (joinToken != null) {
      Check.text(joinToken, "joinToken", 128);
    }
    Check.size(ak, "ak", 1, Protocol.MAX_AREA);
    eks = Check.count(eks, "eks", 1, Protocol.MAX_EKS);
    if (intermediates != null) {
      intermediates = Check.count(intermediates, "intermediates", 0, Protocol.MAX_INTERMEDIATES);
      intermediates.forEach(der -> Check.size(der, "intermediates", 1, Protocol.MAX_CERTIFICATE));
    }
  }
}
