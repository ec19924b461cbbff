// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import java.util.Optional;

/** Boot event logs, each kept once under its SHA-256. */
public interface KeptLogs {

  /** Keeps a boot event log, in the transaction that refers to it. */
  void keep(Bytes log);

  /** The boot event log with this digest, unless none such is kept. */
  Optional<Bytes> find(Bytes sha256);
}
