// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A request whose body ends in an exception past a number of octets or after a time. */
final class BoundedRequest extends HttpServletRequestWrapper {

  private static final int LARGEST_REST = 4 << 20;

  private final BodyBound bound;
  private final long start = System.nanoTime();
  private long received;
  private @Nullable ServletInputStream body;

  BoundedRequest(HttpServletRequest request, BodyBound bound) {
    super(request);
    this.bound = bound;
  }

  /** Whether the header says already that the body goes past the bound. */
  boolean announcesTooMuch() {
    return getContentLengthLong() > bound.octets();
  }

  /**
   * Reads away what nobody read of the body, within the same time, so that a client that is still
   * sending sees its answer and not a broken connection. What is longer than that is cut off. A
   * client that waits for leave to send will not send after a final answer.
   */
  void discardRest(HttpServletResponse response) throws IOException {
    boolean mayHaveBody =
        getContentLengthLong() > 0 || getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    if (!mayHaveBody || getHeader(HttpHeaders.EXPECT) != null) {
      return;
    }
    ServletInputStream rest = super.getInputStream();
    if (rest.isFinished()) {
      return;
    }
    response.flushBuffer();
    try {
      byte[] buffer = new byte[8192];
      int discarded = 0;
      int read = 0;
      while (read >= 0 && discarded < LARGEST_REST && !isLate()) {
        read = rest.read(buffer);
        discarded += Math.max(read, 0);
      }
      if (read >= 0) {
        SlowBodyValve.closeConnectionOf(getRequest());
      }
    } catch (IOException e) {
      // The client has gone or is silent: there is nobody to answer any more.
      SlowBodyValve.closeConnectionOf(getRequest());
    }
  }

  private boolean isLate() {
    return System.nanoTime() - start > bound.nanosFor(received);
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (body == null) {
      body = new BoundedBody(super.getInputStream());
    }
    return body;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    String encoding = getCharacterEncoding();
    Charset charset = encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    return new BufferedReader(new InputStreamReader(getInputStream(), charset));
  }

  private final class BoundedBody extends ServletInputStream {

    private final ServletInputStream source;

    BoundedBody(ServletInputStream source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      refuseWhenLate();
      int read = receive(target, offset, length);
      received += Math.max(read, 0);
      if (received > bound.octets()) {
        throw new BodyTooLargeException();
      }
      return read;
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
      try {
        return source.read(target, offset, length);
      } catch (SocketTimeoutException e) {
        SlowBodyValve.closeConnectionOf(getRequest());
        throw e;
      }
    }

    private void refuseWhenLate() throws SocketTimeoutException {
      if (isLate()) {
        SlowBodyValve.closeConnectionOf(getRequest());
        throw new SocketTimeoutException("the request body came too slowly");
      }
    }

    @Override
    public boolean isFinished() {
      return source.isFinished();
    }

    @Override
    public boolean isReady() {
      return source.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      source.setReadListener(listener);
    }
  }
}
