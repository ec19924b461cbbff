// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

/**
 * What a certificate says of the chip. Source: EKP, "Subject Alternative Name"; TCG Vendor ID
 * Registry.
 *
 * @param manufacturer the identifier as letters, such as {@code IFX}; where it is not made of
 *     letters, in hexadecimal, upper case, such as {@code id:0000101A}
 * @param model as the maker writes it
 * @param version of the firmware at the time of making, hexadecimal digits
 */
public record TpmIdentity(String manufacturer, String model, String version) {

  public TpmIdentity {
    manufacturer = PrintableText.of(manufacturer);
    model = PrintableText.of(model);
    version = PrintableText.of(version);
  }
}
