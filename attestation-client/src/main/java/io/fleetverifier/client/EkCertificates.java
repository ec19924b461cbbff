// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.command.NvCommands;
import io.fleetverifier.command.SystemCommands;
import io.fleetverifier.command.TpmChannel;
import io.fleetverifier.tpm.EkTemplate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the vendor left in the TPM's NV indexes. TCG EK Credential Profile for TPM Family 2.0: EK
 * Certificates and Templates in NV, EK Certificate Chains.
 */
final class EkCertificates {

  private static final int FIRST_OF_CHAIN = 0x01c00100;
  private static final int LAST_OF_CHAIN = 0x01c001ff;
  private static final int OWNER_HAS_PASSWORD = 1;

  private final NvCommands nv;
  private final SystemCommands system;
  private final Set<Integer> indexes;

  EkCertificates(TpmChannel tpm) {
    this.nv = new NvCommands(tpm);
    this.system = new SystemCommands(tpm);
    this.indexes = new HashSet<>(system.handles(SystemCommands.NV_INDEXES));
  }

  /** Whether the vendor left a certificate for the template. */
  boolean has(EkTemplate template) {
    return indexes.contains(template.nvCertificateIndex());
  }

  /**
   * The certificate for the template's key; empty when there is none, or no DER in its place.
   *
   * @throws TpmUnusableException when the certificate is for a key made otherwise
   */
  Optional<Bytes> read(EkTemplate template) {
    if (!has(template)) {
      return Optional.empty();
    }
    if (hasOwnTemplate(template)) {
      throw new TpmUnusableException(TpmUnusableException.Why.OWN_EK_TEMPLATE);
    }
    return DerSequences.first(read(template.nvCertificateIndex()));
  }

  /**
   * Beside a certificate of the low range may lie a nonce and a template, beside one of the high
   * range a template; then the key is not the one that the default template makes.
   */
  private boolean hasOwnTemplate(EkTemplate template) {
    int index = template.nvCertificateIndex();
    boolean low = template.policyBranches().isEmpty();
    return indexes.contains(index + 1) || (low && indexes.contains(index + 2));
  }

  /** The certificates between the EK's and the vendor's root, one after the other. */
  List<Bytes> chain() {
    Bytes all = Bytes.EMPTY;
    List<Integer> parts =
        indexes.stream().filter(i -> i >= FIRST_OF_CHAIN && i <= LAST_OF_CHAIN).sorted().toList();
    for (int index : parts) {
      all = Bytes.concat(all, read(index));
    }
    return new ArrayList<>(DerSequences.all(all));
  }

  private Bytes read(int index) {
    boolean ownerHasPassword =
        (system.property(SystemCommands.PERMANENT).orElse(0) & OWNER_HAS_PASSWORD) != 0;
    return nv.read(nv.readPublic(index), ownerHasPassword);
  }
}
