// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Closes the connection of a client whose body came too slowly. An answer would not help: the
 * container would first wait for the rest of the body.
 */
final class SlowBodyValve extends ValveBase {

  private static final String ATTRIBUTE = SlowBodyValve.class.getName();

  SlowBodyValve() {
    super(true);
  }

  static void closeConnectionOf(ServletRequest request) {
    request.setAttribute(ATTRIBUTE, true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    if (request.getAttribute(ATTRIBUTE) != null) {
      response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, null);
    }
  }
}
