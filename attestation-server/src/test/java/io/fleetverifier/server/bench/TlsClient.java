// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import io.fleetverifier.bytes.Bytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * One kept connection on which requests follow each other. All of it runs in the calling thread, so
 * that its processor time can be told from the server's.
 */
public final class TlsClient implements AutoCloseable {

  private static final String LENGTH = "content-length:";

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;

  private TlsClient(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 15);
    this.out = socket.getOutputStream();
  }

  /** Connects to this port of the machine; {@code authority} is a PEM file. */
  public static TlsClient connect(int port, Path authority)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(authority)) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLSv1.3");
    tls.init(null, trust.getTrustManagers(), null);
    return new TlsClient(
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * Posts JSON.
   *
   * @return the body of the answer
   * @throws IOException for any answer but 200 with a length
   */
  public String post(String path, Bytes json) throws IOException {
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + json.size()
            + "\r\n\r\n";
    out.write(Bytes.concat(Bytes.utf8(head), json).toArray());
    out.flush();
    String status = line();
    int length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(header.substring(LENGTH.length()).trim());
      }
    }
    if (!status.contains(" 200") || length < 0) {
      throw new IOException("the server answers " + status);
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("the connection has ended");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
