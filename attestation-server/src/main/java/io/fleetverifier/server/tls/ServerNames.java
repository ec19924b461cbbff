// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.tls;

import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * What this server may be called in a URL: its certificate's subject alternative names.
 *
 * @param names DNS names and IP addresses, without repetition; the first is the one to tell people
 */
record ServerNames(List<String> names) {

  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(?=.{1,253}$)(\\*\\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
  private static final Pattern IP_LITERAL =
      Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /**
   * The operator's names first, then the machine's own and those of the loopback interface.
   *
   * @throws StartRefusedException for a configured name that can stand in no certificate
   */
  static ServerNames of(List<String> configured) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : configured) {
      String lower = name.strip().toLowerCase(Locale.ROOT);
      if (!isIpAddress(lower) && !DNS_NAME.matcher(lower).matches()) {
        throw new StartRefusedException(
            "\"" + name + "\" in fv.tls.names is neither a DNS name nor an IP address.");
      }
      names.add(lower);
    }
    String host = hostName();
    if (DNS_NAME.matcher(host).matches()) {
      names.add(host);
    }
    names.addAll(List.of("localhost", "127.0.0.1", "::1"));
    return new ServerNames(new ArrayList<>(names));
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname"))
          .strip()
          .toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      // A machine that hides its name is reached by the configured ones.
      return "";
    }
  }

  private static boolean isIpAddress(String name) {
    if (!IP_LITERAL.matcher(name).matches()) {
      return false;
    }
    try {
      InetAddress.ofLiteral(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  GeneralNames subjectAlternativeNames() {
    return new GeneralNames(
        names.stream()
            .map(name ->
                new GeneralName(
                    isIpAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
            .toArray(GeneralName[]::new));
  }
}
