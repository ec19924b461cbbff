// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.tls;

import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import io.fleetverifier.server.keys.ServerKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The TLS bundle that the server uses unless the operator names another in {@code
 * server.ssl.bundle}. It renews its certificate when 30 days are left; connections made from then
 * on get the new one, without a restart.
 */
final class OwnCertificates implements SslBundleRegistrar {

  /** The name of the bundle. */
  static final String BUNDLE = "fleet-verifier";

  private static final Logger log = LoggerFactory.getLogger(OwnCertificates.class);
  private static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);
  private static final long HOUR_MILLIS = 60L * 60 * 1000;
  private static final String ALIAS = "server";

  /** Forward secrecy and authenticated encryption only; the first three are TLS 1.3's. */
  private static final SslOptions OPTIONS =
      SslOptions.of(
          new String[] {
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
          },
          new String[] {"TLSv1.3", "TLSv1.2"});

  private final CertificateAuthority authority;
  private final ServerNames names;
  private final InstantSource clock;
  private final Path caFile;
  private @Nullable SslBundleRegistry registry;
  private CertificateAuthority.Leaf leaf;

  OwnCertificates(
      ServerKeys keys, ServerNames names, Home home, InstantSource clock, SecureRandom random) {
    this.authority =
        new CertificateAuthority(
            keys.ensureCa(pair -> CertificateAuthority.selfSigned(pair, clock.instant(), random)),
            random);
    this.names = names;
    this.clock = clock;
    this.caFile = home.tls().resolve("ca.pem");
    this.leaf = authority.issue(names, clock.instant());
    writeCaFile();
  }

  /** Where the CA's certificate lies for devices and tools. */
  Path caFile() {
    return caFile;
  }

  @Override
  public synchronized void registerBundles(SslBundleRegistry target) {
    target.registerBundle(BUNDLE, bundle());
    registry = target;
  }

  @Scheduled(fixedDelay = HOUR_MILLIS, initialDelay = HOUR_MILLIS)
  synchronized void renewInTime() {
    Instant end = leaf.certificate().getNotAfter().toInstant();
    if (registry == null || clock.instant().isBefore(end.minus(RENEWED_BEFORE_END))) {
      return;
    }
    leaf = authority.issue(names, clock.instant());
    registry.updateBundle(BUNDLE, bundle());
    log.info(
        "The TLS certificate is renewed until {}.", leaf.certificate().getNotAfter().toInstant());
  }

  /** The certificate in use. */
  synchronized X509Certificate current() {
    return leaf.certificate();
  }

  private SslBundle bundle() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ALIAS, leaf.key(), new char[0], new Certificate[] {leaf.certificate()});
      return SslBundle.of(SslStoreBundle.of(store, "", null), SslBundleKey.of("", ALIAS), OPTIONS);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a key store in memory cannot be made", e);
    }
  }

  private void writeCaFile() {
    try {
      String pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'})
                  .encodeToString(authority.certificate().getEncoded())
              + "\n-----END CERTIFICATE-----\n";
      PrivateFiles.createFolder(PrivateFiles.folderOf(caFile), "rwxr-xr-x");
      PrivateFiles.write(caFile, pem.getBytes(StandardCharsets.US_ASCII), "rw-r--r--");
    } catch (GeneralSecurityException | IOException e) {
      throw new StartRefusedException(
          "The CA's certificate cannot be written to " + caFile + ": " + e.getMessage(), e);
    }
  }
}
