// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.luks.LuksException;
import io.fleetverifier.luks.LuksHeader;
import io.fleetverifier.server.ekcert.EkCertificate;
import io.fleetverifier.server.ekcert.EkCertificateException;
import io.fleetverifier.server.ekcert.EkCertificateVerifier;
import io.fleetverifier.server.ekcert.EkPolicy;
import io.fleetverifier.server.ekcert.EkVerdict;
import io.fleetverifier.server.ekcert.VendorRoots;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.uki.Uki;
import io.fleetverifier.server.uki.UkiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Files: images, certificates, headers of volumes. */
final class FileTargets {

  private static final Instant NOW = Instant.parse("2027-06-01T00:00:00Z");
  private static final int COPY = 0x4000;
  private static final int BINARY = 4096;

  /** Made and deleted within one input; where it can be, in memory. */
  private static final Path SCRATCH = scratch();

  private static final EkCertificateVerifier VERIFIER =
      new EkCertificateVerifier(roots(), EkPolicy.standard());

  private FileTargets() {}

  static void image(Bytes input) throws IOException {
    Path file = write(input.toArray());
    try {
      Uki image = Uki.read(file);
      Rules.that(!image.profiles().isEmpty(), "an image has a profile at least");
      Rules.that(!image.authenticode().isEmpty(), "an image has digests");
    } catch (UkiException declared) {
      Rules.saysWhy(declared);
    }
  }

  static void certificate(Bytes input) throws Exception {
    EkCertificate certificate;
    try {
      certificate = EkCertificate.read(input);
    } catch (EkCertificateException declared) {
      return;
    }
    Rules.same(certificate.der(), Bytes.copyOf(certificate.x509().getEncoded()));
    Rules.that(contains(input, certificate.der()), "the certificate is a part of the input");
    if (certificate.key().keyProblem().isEmpty()) {
      certificate.key().subjectPublicKeyInfo();
    }
    certificate.keyLabel();
  }

  private static boolean contains(Bytes whole, Bytes part) {
    int last = whole.size() - part.size();
    for (int at = 0; at <= last; at++) {
      if (whole.slice(at, at + part.size()).equals(part)) {
        return true;
      }
    }
    return false;
  }

  /** A certificate and its intermediates, each behind a 16-bit size. Nothing is thrown at all. */
  static void chain(Bytes input) {
    List<Bytes> parts = new ArrayList<>();
    for (int at = 0; at + 2 <= input.size(); ) {
      int size = input.at(at) << 8 | input.at(at + 1);
      int end = Math.min(input.size(), at + 2 + size);
      parts.add(input.slice(at + 2, end));
      at = end;
    }
    if (parts.isEmpty()) {
      return;
    }
    List<Bytes> others = parts.subList(1, parts.size());
    EkVerdict verdict = VERIFIER.verify(parts.getFirst(), others, NOW);
    if (verdict instanceof EkVerdict.Endorsed endorsed) {
      Rules.that(!endorsed.path().isEmpty(), "nothing is endorsed without a path");
    }
  }

  static void luksHeader(Bytes input) throws IOException {
    read(input.toArray());
  }

  /** The input as the metadata of both copies of a header that is right in everything else. */
  static void luksMetadata(Bytes input) throws IOException {
    byte[] device = new byte[2 * COPY + BINARY];
    byte[] json = Arrays.copyOf(input.toArray(), Math.min(input.size(), COPY - BINARY));
    copy(device, 0, json);
    copy(device, COPY, json);
    read(device);
  }

  private static void copy(byte[] device, int at, byte[] json) {
    ByteBuffer header = ByteBuffer.wrap(device, at, COPY).slice();
    header.put(0, (at == 0 ? "LUKS" : "SKUL").getBytes(StandardCharsets.US_ASCII));
    header.put(4, (byte) 0xba).put(5, (byte) 0xbe).putShort(6, (short) 2);
    header.putLong(8, COPY).putLong(16, 3).putLong(256, at);
    header.put(72, "sha256".getBytes(StandardCharsets.US_ASCII));
    header.put(168, "6d2c6a0c-58f0-4c6a-9c5b-0d3e4b8f7a11".getBytes(StandardCharsets.US_ASCII));
    header.put(BINARY, json);
    byte[] digest = Bytes.copyOf(device, at, at + COPY).sha256().toArray();
    header.put(448, digest);
  }

  private static void read(byte[] device) throws IOException {
    try {
      Rules.that(LuksHeader.read(write(device)).pin().size() == 32, "a pin has 32 octets");
    } catch (LuksException declared) {
      Rules.saysWhy(declared);
    }
  }

  static Path write(byte[] content) throws IOException {
    return Files.write(SCRATCH, content);
  }

  private static Path scratch() {
    Path memory = Path.of("/dev/shm");
    try {
      Path file =
          Files.isWritable(memory)
              ? Files.createTempFile(memory, "fuzz", null)
              : Files.createTempFile("fuzz", null);
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static VendorRoots roots() {
    try {
      Path folder = Files.createTempDirectory("roots");
      Path root = folder.resolve("root.pem");
      Files.copy(EvidenceFolder.boot("d-sb-on", "ca-root.pem"), root);
      VendorRoots roots = VendorRoots.load(folder);
      Files.delete(root);
      Files.delete(folder);
      return roots;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
