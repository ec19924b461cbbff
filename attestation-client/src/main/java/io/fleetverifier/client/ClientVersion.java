// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

/** How this program calls itself towards the server. */
final class ClientVersion {

  private ClientVersion() {}

  /** Program and version, such as {@code fleet-verifier/0.1.0}. */
  static String text() {
    String version = ClientVersion.class.getPackage().getImplementationVersion();
    return "fleet-verifier/" + (version == null ? "unpackaged" : version);
  }
}
