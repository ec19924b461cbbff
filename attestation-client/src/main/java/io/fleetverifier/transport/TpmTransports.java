// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens the TPM that a line of configuration names. */
public final class TpmTransports {

  /** Long enough for a slow chip to make an RSA key. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private static final String DEVICE = "device:";
  private static final String UNIX = "unix:";
  private static final Pattern SWTPM = Pattern.compile("swtpm:host=([^,]+),port=([0-9]{1,5})");

  private TpmTransports() {}

  /**
   * Opens a TPM, with the default time-out.
   *
   * @param address {@code device:/dev/tpmrm0}, {@code swtpm:host=127.0.0.1,port=2321} or {@code
   *     unix:/path/of/socket}
   * @throws IllegalArgumentException for any other form
   * @throws TpmIoException when the TPM cannot be reached
   */
  public static TpmTransport open(String address) {
    return open(address, DEFAULT_TIMEOUT);
  }

  /**
   * Opens a TPM.
   *
   * @param address as for {@link #open(String)}
   * @param timeout longest wait for a connection and for a response; the kernel rules it for
   *     devices
   */
  public static TpmTransport open(String address, Duration timeout) {
    if (address.startsWith(DEVICE)) {
      return DeviceTpm.open(Path.of(address.substring(DEVICE.length())));
    }
    if (address.startsWith(UNIX)) {
      return SwtpmSocket.unix(Path.of(address.substring(UNIX.length())), timeout);
    }
    Matcher swtpm = SWTPM.matcher(address);
    if (swtpm.matches()) {
      return SwtpmSocket.tcp(swtpm.group(1), Integer.parseInt(swtpm.group(2)), timeout);
    }
    throw new IllegalArgumentException(
        "no TPM address: '"
            + address
            + "'; write device:/dev/tpmrm0, swtpm:host=HOST,port=PORT or unix:/PATH");
  }
}
