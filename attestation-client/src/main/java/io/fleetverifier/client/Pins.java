// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Protocol;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a device knows of its server beforehand, from the measured image and nowhere else. Each list
 * may hold the old and the new, so that keys can be changed by a new image.
 *
 * @param urls where the server is, tried in turn; HTTPS, the path of the protocol is appended
 * @param authorities CAs of which one must lead to the server's certificate
 * @param answerKeys P-256 points, 65 octets each, of which one must have signed what is opened
 */
public record Pins(List<URI> urls, List<X509Certificate> authorities, List<Bytes> answerKeys) {

  /**
   * Copies the lists and checks them.
   *
   * @throws IllegalArgumentException when a list is empty or too long, an URL is not of HTTPS, or
   *     an answer key is no point of P-256
   */
  public Pins {
    urls = List.copyOf(urls);
    authorities = List.copyOf(authorities);
    answerKeys = List.copyOf(answerKeys);
    if (urls.isEmpty() || authorities.isEmpty() || answerKeys.isEmpty()) {
      throw new IllegalArgumentException("a URL, a CA and an answer key must be pinned");
    }
    if (answerKeys.size() > Protocol.MAX_ANSWER_KEYS) {
      throw new IllegalArgumentException("more than " + Protocol.MAX_ANSWER_KEYS + " answer keys");
    }
    urls.forEach(Pins::requireHttps);
    answerKeys.forEach(P256::decode);
  }

  private static void requireHttps(URI url) {
    String scheme = url.getScheme();
    boolean https = scheme != null && scheme.toLowerCase(Locale.ROOT).equals("https");
    if (!https || url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
      throw new IllegalArgumentException("not the HTTPS URL of a server: " + url);
    }
  }

  /** The ids of the answer keys, as the claims tell them. */
  public List<Bytes> answerKeyIds() {
    return answerKeys.stream().map(Formulas::answerKeyId).toList();
  }

  /** The pinned answer key with this id. */
  Optional<Bytes> answerKey(Bytes id) {
    return answerKeys.stream().filter(point -> Formulas.answerKeyId(point).equals(id)).findFirst();
  }
}
