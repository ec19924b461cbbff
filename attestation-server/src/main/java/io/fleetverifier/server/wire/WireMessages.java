// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.wire;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.MalformedMessageException;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.core.JacksonException;

/** Reads and writes device messages (docs/reference/protocol.md, section 1). */
public final class WireMessages {
  private WireMessages() {}

  /**
   * Reads the whole body as one message.
   *
   * @throws ProblemException unsupported-protocol when it names another protocol number, malformed
   *     when it is not exactly a message of this kind
   * @throws IOException when the body does not arrive within its bounds
   */
  public static <T> T read(HttpServletRequest request, Class<T> kind) throws IOException {
    byte[] body = request.getInputStream().readAllBytes();
    try {
      T message = WireJson.strict().readValue(body, kind);
      if (message == null) {
        throw malformed();
      }
      return message;
    } catch (JacksonException e) {
      throw isSpoken(body) ? malformed(e) : unsupportedProtocol();
    }
  }

  /** An answer as JSON, which no cache may keep. */
  public static ResponseEntity<byte[]> answer(HttpStatus status, Object message) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .cacheControl(CacheControl.noStore())
        .body(WireJson.strict().writeValueAsBytes(message));
  }

  /**
   * The sender's address, as the container sees it behind the proxies it was told to trust. Without
   * the zone of a link-local address, which means something on this machine only.
   */
  public static InetAddress address(HttpServletRequest request) {
    String literal = request.getRemoteAddr();
    int zone = literal.indexOf('%');
    return InetAddress.ofLiteral(zone < 0 ? literal : literal.substring(0, zone));
  }

  /** False only when the body names another protocol number, whose messages may look otherwise. */
  private static boolean isSpoken(byte[] body) {
    try {
      Numbered numbered = WireJson.lenient().readValue(body, Numbered.class);
      return numbered == null
          || numbered.protocol() == null
          || Protocol.SPOKEN.contains(numbered.protocol());
    } catch (JacksonException notEvenJson) {
      return true;
    }
  }

  private record Numbered(@Nullable Integer protocol) {}

  private static ProblemException unsupportedProtocol() {
    return new ProblemException(
        ProblemCode.UNSUPPORTED_PROTOCOL,
        "This protocol number is not spoken here.",
        Map.of("protocols", Protocol.SPOKEN));
  }

  /** Only the protocol's own sentences go out: any other message may repeat what was sent. */
  private static ProblemException malformed(JacksonException e) {
    return e.getCause() instanceof MalformedMessageException bound
        ? new ProblemException(ProblemCode.MALFORMED, String.valueOf(bound.getMessage()))
        : malformed();
  }

  private static ProblemException malformed() {
    return new ProblemException(
        ProblemCode.MALFORMED, "The body is not exactly a message of this route.");
  }
}
