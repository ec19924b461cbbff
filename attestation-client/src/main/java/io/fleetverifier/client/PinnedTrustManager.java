// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers whose certificate path leads to a pinned CA and whose certificate has the name
 * that was asked for, at whatever time: clocks of edge devices are wrong, and a device that refuses
 * to talk because of its clock cannot be helped from afar. What gives out secrets is signed by the
 * answer key, which no certificate stands for.
 */
final class PinnedTrustManager extends X509ExtendedTrustManager {

  private final Set<TrustAnchor> anchors;
  private final List<X509Certificate> authorities;

  PinnedTrustManager(List<X509Certificate> authorities) {
    this.authorities = List.copyOf(authorities);
    this.anchors = new HashSet<>();
    authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    requireNameCheck(engine.getSSLParameters().getEndpointIdentificationAlgorithm());
    platformChecks(chain).checkServerTrusted(chain, authType, engine);
  }

  private static void requireNameCheck(String algorithm) throws CertificateException {
    if (!"HTTPS".equals(algorithm)) {
      throw new CertificateException("the name of the server would not be checked");
    }
  }

  /**
   * The checks of the platform, at a moment at which all certificates of the chain were valid: an
   * issuer is valid when it issues, so the youngest one's first moment is one.
   */
  private X509ExtendedTrustManager platformChecks(X509Certificate[] chain)
      throws CertificateException {
    Instant youngest =
        Arrays.stream(chain)
            .map(certificate -> certificate.getNotBefore().toInstant())
            .max(Comparator.naturalOrder())
            .orElseThrow(() -> new CertificateException("the server has no certificate"));
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(youngest));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(parameters));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the platform cannot check certificates", e);
    }
    throw new CertificateException("the platform cannot check certificates");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only the HTTP client of the platform is served");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only the HTTP client of the platform is served");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("a device is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("a device is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("a device is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.toArray(X509Certificate[]::new);
  }
}
