// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.MockHttpServletRequest;

/** Who is believed about a sender's address, asked of a real container. */
class ForwardedAddressesTest {
  @TempDir Path folder;

  @Test
  void theHeaderCountsOnlyFromAListedProxy() throws Exception {
    assertThat(seen(List.of("192.0.2.0/24"), "198.51.100.7")).isEqualTo("127.0.0.1");
    assertThat(seen(List.of("192.0.2.0/24", "127.0.0.0/8"), "198.51.100.7"))
        .isEqualTo("198.51.100.7");
  }

  /** What a device puts into the header itself stands further left and never counts. */
  @Test
  void theNearestAddressThatIsNoListedProxyCounts() throws Exception {
    List<String> proxies = List.of("127.0.0.1/32", "10.0.0.0/8");

    assertThat(seen(proxies, "203.0.113.9, 198.51.100.7, 10.1.2.3")).isEqualTo("198.51.100.7");
    assertThat(seen(proxies, "2001:db8::7")).isEqualTo("2001:db8:0:0:0:0:0:7");
  }

  @Test
  void theZoneOfALinkLocalAddressIsLeftOut() {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setRemoteAddr("fe80:0:0:0:0:0:0:1%eth0");

    assertThat(WireMessages.address(request).getHostAddress()).isEqualTo("fe80:0:0:0:0:0:0:1");
  }

  private String seen(List<String> proxies, String forwarded) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(0);
    Context context = tomcat.addContext("", folder.toString());
    Tomcat.addServlet(context, "echo", new Echo()).addMapping("/");
    tomcat.getEngine().getPipeline().addValve(ForwardedAddresses.valve(proxies));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/");
      HttpRequest request =
          HttpRequest.newBuilder(uri).header("X-Forwarded-For", forwarded).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private static final class Echo extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print(WireMessages.address(request).getHostAddress());
    }
  }
}
