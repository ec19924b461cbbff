// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server;

import io.fleetverifier.server.cli.Inspect;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/**
 * Starts the attestation server, or one of the programs in its jar that need none: {@code inspect}
 * is run before anything of the server is loaded, so that it answers at once. Spring's own user
 * with a generated password is left out.
 */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
public class ServerApplication {

  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("inspect")) {
      Inspect.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    SpringApplication.run(ServerApplication.class, args);
  }
}
