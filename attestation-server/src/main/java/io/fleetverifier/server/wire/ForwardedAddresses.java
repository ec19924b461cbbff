// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.wire;

import java.util.List;
import org.apache.catalina.valves.RemoteIpValve;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Takes a sender's address from {@code X-Forwarded-For} only where the connection comes from a
 * proxy that {@code fv.http.trusted-proxies} lists, by networks such as {@code 10.0.0.0/8}. None is
 * trusted by default: anybody can send the header.
 */
@Configuration(proxyBeanMethods = false)
class ForwardedAddresses {

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> forwardedAddressValve(
      Environment environment) {
    List<String> proxies =
        List.of(environment.getProperty("fv.http.trusted-proxies", String[].class, new String[0]));
    return factory -> {
      if (!proxies.isEmpty()) {
        factory.addEngineValves(valve(proxies));
      }
    };
  }

  /** Of a chain of proxies the nearest address that is none of them counts. */
  static RemoteIpValve valve(List<String> proxies) {
    RemoteIpValve valve = new RemoteIpValve();
    valve.setInternalProxies(String.join(",", proxies));
    valve.setRemoteIpHeader("X-Forwarded-For");
    // Only the address is taken: what the connection's scheme was is known better here.
    valve.setProtocolHeader(null);
    return valve;
  }
}
