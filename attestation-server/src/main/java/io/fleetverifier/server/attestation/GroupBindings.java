// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.server.appraisal.Binding;
import java.util.List;
import java.util.UUID;

/** What a group asks for, as an attestation of one of its devices would read it. */
public interface GroupBindings {

  /** The bindings of a group with every published and revoked version. */
  List<Binding> of(UUID group);
}
