// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the attestation server. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ServerApplication {

  public static void main(String[] args) {
    SpringApplication.run(ServerApplication.class, args);
  }
}
