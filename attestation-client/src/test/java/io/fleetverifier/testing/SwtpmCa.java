// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A vendor of software TPMs: a root and an issuer, made by swtpm_setup at their first use. */
public final class SwtpmCa {

  private final Path folder;
  private final Path home;

  private SwtpmCa(Path folder) {
    this.folder = folder;
    this.home = folder.resolve("ca");
  }

  /** A CA whose files lie in this folder, which may be empty. */
  public static SwtpmCa in(Path folder) {
    SwtpmCa ca = new SwtpmCa(folder);
    ca.writeConfiguration();
    return ca;
  }

  private void writeConfiguration() {
    try {
      Files.createDirectories(home);
      Files.writeString(
          folder.resolve("localca.conf"),
          String.join(
              "\n",
              "statedir = " + home,
              "signingkey = " + home.resolve("signkey.pem"),
              "issuercert = " + home.resolve("issuercert.pem"),
              "certserial = " + home.resolve("certserial"),
              ""));
      Files.writeString(
          folder.resolve("localca.options"),
          "--platform-manufacturer Example\n--platform-version 1\n--platform-model Test\n");
      Files.writeString(
          folder.resolve("setup.conf"),
          String.join(
              "\n",
              "create_certs_tool = /usr/bin/swtpm_localca",
              "create_certs_tool_config = " + folder.resolve("localca.conf"),
              "create_certs_tool_options = " + folder.resolve("localca.options"),
              ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a new TPM in the folder, with an RSA-2048 (L-1) and a P-384 (H-3) EK certified. */
  synchronized void certify(Path state) {
    Path log = folder.resolve("setup.log");
    try {
      Process setup =
          new ProcessBuilder(
                  "swtpm_setup",
                  "--tpm2",
                  "--tpmstate",
                  state.toString(),
                  "--config",
                  folder.resolve("setup.conf").toString(),
                  "--create-ek-cert",
                  "--lock-nvram",
                  "--pcr-banks",
                  "sha1,sha256")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!setup.waitFor(120, TimeUnit.SECONDS)) {
        setup.destroyForcibly();
        throw new AssertionError("swtpm_setup takes longer than 120 s");
      }
      if (setup.exitValue() != 0) {
        throw new AssertionError("swtpm_setup failed: " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new AssertionError(
          "swtpm_setup cannot be started; this test needs it: install the package swtpm-tools", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while swtpm_setup was running", e);
    }
  }

  /** The root. */
  public X509Certificate root() {
    return read(home.resolve("swtpm-localca-rootca-cert.pem"));
  }

  /** The issuer of the EK certificates. */
  public X509Certificate issuer() {
    return read(home.resolve("issuercert.pem"));
  }

  /** The issuer as a device may send it along. */
  public List<Bytes> intermediates() {
    try {
      return List.of(Bytes.copyOf(issuer().getEncoded()));
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate read(Path pem) {
    try (var in = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }
}
