// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.offenders.appraisal;

import io.fleetverifier.offenders.challenge.Issuer;
import io.fleetverifier.transport.TpmTransport;
import java.sql.Connection;
import org.springframework.stereotype.Component;

/**
 * Planted: judges with a framework, a database, the device's transport, and what is built on it.
 */
@Component
public class Judge {
  public final String verdict = Connection.class.getName() + TpmTransport.class + Issuer.class;
}
