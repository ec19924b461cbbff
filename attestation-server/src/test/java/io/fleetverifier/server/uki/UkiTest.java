// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.uki.UkiException.Fault;
import io.fleetverifier.tpm.HashAlg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UkiTest {

  private static final String MAGIC_252 = "#### LoaderInfo: systemd-stub 252.39-1~deb12u1 ####";
  private static final String MAGIC_257 = "#### LoaderInfo: systemd-stub 257.6 ####";

  @TempDir private Path folder;

  private Uki read(PeWriter image) {
    return read(image.toBytes());
  }

  private Uki read(Bytes image) {
    try {
      Path file = Files.createTempFile(folder, "image", ".efi");
      Files.write(file, image.toArray());
      return Uki.read(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void refused(Fault fault, Bytes image) {
    assertThatExceptionOfType(UkiException.class)
        .isThrownBy(() -> read(image))
        .satisfies(refusal -> assertThat(refusal.fault()).isEqualTo(fault));
  }

  private static PeWriter plain() {
    return new PeWriter()
        .section(".text", "code of the stub")
        .section(".linux", "KERNEL")
        .section(".osrel", "NAME=x\n")
        .section(".cmdline", "root=LABEL=BOOT")
        .section(".initrd", "INITRD")
        .section(".pcrpkey", "PUB");
  }

  private static String pcr11(Uki image, String path) {
    return pcr11(image.profiles().getFirst(), HashAlg.SHA256, path);
  }

  private static String pcr11(UkiProfile profile, HashAlg bank, String path) {
    return Objects.requireNonNull(Objects.requireNonNull(profile.pcr11().get(bank)).get(path), path)
        .toHex();
  }

  /** Values on which systemd-measure 252 and an own calculation agreed. */
  @Test
  void registerElevenFollowsFromTheSectionsAndThePhases() {
    Uki image = read(plain());
    assertThat(pcr11(image, ""))
        .isEqualTo("f760583b3dbdc87d5fcfc602055112d902b7430453098395f4ee993f39eb3b06");
    assertThat(pcr11(image, "enter-initrd"))
        .isEqualTo("6d3d7348054c6fb77ad1086fe52e5668205e3cc484453df7b1ba1457b948b9fd");
    assertThat(pcr11(image, "enter-initrd:leave-initrd"))
        .isEqualTo("8e28c6b97d56e176c65ce1eb0d4ec0c6a6828aa313c66476a351eade9631c9c9");
    assertThat(pcr11(image, "enter-initrd:leave-initrd:sysinit"))
        .isEqualTo("3e109a5cd92dcce3b98882e9d7612dd03c5334551c2e1d43c021a85ba49b1a68");
    assertThat(pcr11(image, "enter-initrd:leave-initrd:sysinit:ready"))
        .isEqualTo("007df9649d3a754d79a30a7c31544034f6582c172d141e1c6f4a2af54bc968d9");
    assertThat(image.stub()).isEmpty();
    assertThat(image.commandLine()).contains("root=LABEL=BOOT");
  }

  @Test
  void anImageOfNoSectionsHasTheKnownValues() {
    Map<String, Bytes> phases = Pcr11.phases(HashAlg.SHA256, Bytes.zeros(32));
    assertThat(phases.values())
        .contains(
            Bytes.fromHex("d15b0e8e244e65c40f024e95773f2347ce4ef3ffe6b597c9a14b50bbab6df319"),
            Bytes.fromHex("75df9c8b17d8a6465f2862028b892ea13a3d7c37685a945e5ff34fb44956c207"),
            Bytes.fromHex("4a73d241786e2f9180042d04408fb12589af0477533df6c1d832d8b7f4724504"),
            Bytes.fromHex("38d2047d0545f701a253005037bd1d1662e5f59388885f9e9443f38e2f23531e"));
  }

  @Test
  void theOrderIsThatOfTheStubAndNotThatOfTheFile() {
    PeWriter shuffled =
        new PeWriter()
            .section(".pcrpkey", "PUB")
            .section(".initrd", "INITRD")
            .section(".cmdline", "root=LABEL=BOOT")
            .section(".linux", "KERNEL")
            .section(".osrel", "NAME=x\n");
    assertThat(pcr11(read(shuffled), "")).isEqualTo(pcr11(read(plain()), ""));
  }

  @Test
  void theSignatureOfTheValuesIsNotMeasured() {
    Uki signed = read(plain().section(".pcrsig", "{}"));
    assertThat(pcr11(signed, "")).isEqualTo(pcr11(read(plain()), ""));
  }

  @Test
  void theStubDecidesWhetherUnameAndSbatAreMeasured() {
    String without = pcr11(read(plain()), "");
    PeWriter old = plain().section(".sdmagic", MAGIC_252).section(".uname", "6.1");
    assertThat(read(old).stub()).contains("systemd-stub 252.39-1~deb12u1");
    assertThat(pcr11(read(old), "")).isEqualTo(without);
    PeWriter later = plain().section(".sdmagic", MAGIC_257).section(".uname", "6.1");
    assertThat(pcr11(read(later), "")).isNotEqualTo(without);
    assertThat(read(later).olderStub()).isEmpty();
  }

  @Test
  void bothValuesAreOfferedWhereTheFileDoesNotTellItsStub() {
    Uki image = read(plain().section(".sbat", "sbat,1"));
    assertThat(pcr11(image, "")).isNotEqualTo(pcr11(read(plain()), ""));
    assertThat(pcr11(image.olderStub().orElseThrow(), HashAlg.SHA256, ""))
        .isEqualTo(pcr11(read(plain()), ""));
    assertThat(read(plain()).olderStub()).isEmpty();
  }

  @Test
  void eachProfileHasItsOwnValues() {
    Uki image =
        read(
            plain()
                .section(".sdmagic", MAGIC_257)
                .section(".profile", "ID=main")
                .section(".profile", "ID=factory-reset")
                .section(".cmdline", "reset"));
    assertThat(image.profiles()).hasSize(2);
    Uki single = read(plain().section(".profile", "ID=main"));
    assertThat(pcr11(image, "")).isEqualTo(pcr11(single, ""));
    PeWriter second =
        new PeWriter()
            .section(".linux", "KERNEL")
            .section(".osrel", "NAME=x\n")
            .section(".cmdline", "reset")
            .section(".initrd", "INITRD")
            .section(".pcrpkey", "PUB")
            .section(".profile", "ID=factory-reset");
    assertThat(pcr11(image.profiles().getLast(), HashAlg.SHA256, ""))
        .isEqualTo(pcr11(read(second), ""));
  }

  @Test
  void aSectionThatIsThereTwiceIsRefused() {
    refused(Fault.AMBIGUOUS, plain().section(".cmdline", "other").toBytes());
  }

  @Test
  void whatIsMeasuredOfASectionIsWhatItHasInMemory() {
    Bytes image = plain().toBytes();
    int initrd = PeWriter.TABLE + 4 * 40;
    Uki longer = read(set(image, initrd + 8, 1000));
    PeWriter padded =
        new PeWriter()
            .section(".linux", "KERNEL")
            .section(".osrel", "NAME=x\n")
            .section(".cmdline", "root=LABEL=BOOT")
            .section(".initrd", Bytes.concat(Bytes.utf8("INITRD"), Bytes.zeros(994)))
            .section(".pcrpkey", "PUB");
    assertThat(pcr11(longer, "")).isEqualTo(pcr11(read(padded), ""));
  }

  @Test
  void theDigestOfAnImageLeavesOutChecksumAndCertificates() {
    Bytes image = plain().toBytes();
    Bytes expected = authenticode(image);
    assertThat(digest(read(image).authenticode())).isEqualTo(expected);
    assertThat(digest(read(set(image, PeWriter.CHECKSUM, 1)).authenticode())).isEqualTo(expected);
    Bytes signed = set(image, PeWriter.CERTIFICATE_ENTRY, image.size());
    signed = set(signed, PeWriter.CERTIFICATE_ENTRY + 4, 16);
    signed = Bytes.concat(signed, Bytes.zeros(16));
    assertThat(digest(read(signed).authenticode())).isEqualTo(expected);
  }

  private static Bytes authenticode(Bytes image) {
    return Bytes.concat(
            image.slice(0, PeWriter.CHECKSUM),
            image.slice(PeWriter.CHECKSUM + 4, PeWriter.CERTIFICATE_ENTRY),
            image.slice(PeWriter.CERTIFICATE_ENTRY + 8))
        .sha256();
  }

  @Test
  void whatIsAppendedToAnImageChangesItsDigest() {
    Bytes image = plain().toBytes();
    assertThat(digest(read(Bytes.concat(image, Bytes.of(0))).authenticode()))
        .isNotEqualTo(digest(read(image).authenticode()));
  }

  private static Bytes digest(Map<HashAlg, Bytes> banks) {
    return Objects.requireNonNull(banks.get(HashAlg.SHA256));
  }

  @Test
  void theKernelInsideCountsForRegisterFourOnlyWithSecureBootOff() {
    Bytes kernel = new PeWriter().section(".text", "kernel code").toBytes();
    Bytes image = new PeWriter().section(".text", "stub").section(".linux", kernel).toBytes();
    Uki read = read(image);
    Bytes value = Bytes.zeros(32);
    value = extend(value, Bytes.utf8("Calling EFI Application from Boot Option").sha256());
    value = extend(value, Bytes.zeros(4).sha256());
    value = extend(value, authenticode(image));
    assertThat(digest(read.pcr4SecureBootOn())).isEqualTo(value);
    assertThat(digest(read.pcr4SecureBootOff())).isEqualTo(extend(value, authenticode(kernel)));
    assertThat(read(plain()).pcr4SecureBootOff()).as("the kernel is no PE image").isEmpty();
  }

  private static Bytes extend(Bytes value, Bytes digest) {
    return Bytes.concat(value, digest).sha256();
  }

  /** Digests of the sections of real images, and the registers that their boots had. */
  @ParameterizedTest
  @ValueSource(strings = {"a-baseline", "b-cmdline", "d-sb-on", "p-no-pcrsig"})
  void registersOfRecordedBootsFollowFromTheirImages(String set) {
    JsonNode known =
        JsonMapper.shared().readTree(EvidenceFolder.text(EvidenceFolder.boot(set, "uki.json")));
    for (HashAlg bank : new HashAlg[] {HashAlg.SHA1, HashAlg.SHA256}) {
      String label = bank == HashAlg.SHA1 ? "sha1" : "sha256";
      Map<String, Bytes> digests = new HashMap<>();
      known
          .path("sections")
          .forEach(section ->
              digests.put(
                  section.path("name").asString(), Bytes.fromHex(section.path(label).asString())));
      List<String> order =
          MeasuredSections.of(java.util.Optional.of("systemd-stub 252.39")).names();
      Bytes image = Pcr11.ofSections(bank, order, digests);
      assertThat(image).isEqualTo(register(set, label, 11));
      assertThat(Pcr11.phases(bank, image).get("enter-initrd"))
          .isEqualTo(hex(known.path("expected").path(label).path("pcr11_phase_enter-initrd")));
      Map<HashAlg, Bytes> outer = Map.of(bank, hex(known.path("authenticode").path(label)));
      Map<HashAlg, Bytes> inner =
          Map.of(bank, hex(known.path("innerKernelAuthenticode").path(label)));
      boolean on = set.equals("d-sb-on");
      assertThat((on ? Pcr4.secureBootOn(outer) : Pcr4.secureBootOff(outer, inner)).get(bank))
          .isEqualTo(register(set, label, 4));
    }
    for (int zero : Uki.ZERO_PCRS) {
      assertThat(register(set, "sha256", zero).isAllZero()).isTrue();
    }
  }

  private static Bytes hex(JsonNode text) {
    return Bytes.fromHex(text.asString());
  }

  private static Bytes register(String set, String bank, int pcr) {
    return EvidenceFolder.text(EvidenceFolder.boot(set, "pcrs-" + bank + ".txt"))
        .lines()
        .filter(line -> line.startsWith(pcr + " "))
        .map(line -> Bytes.fromHex(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theVectorsOfSystemdMeasureHold() {
    JsonNode file =
        JsonMapper.shared()
            .readTree(
                EvidenceFolder.text(
                    EvidenceFolder.collection("uki").resolve("systemd-measure-vectors.json")));
    assertThat(file.path("vectors")).isNotEmpty();
    for (JsonNode vector : file.path("vectors")) {
      PeWriter image = new PeWriter();
      vector
          .path("sections")
          .properties()
          .forEach(section ->
              image.section(
                  section.getKey(),
                  file.path("inputs").path(section.getValue().asString()).asString()));
      UkiProfile profile = read(image).profiles().getFirst();
      vector
          .path("pcr11")
          .properties()
          .forEach(bank -> {
            HashAlg hash = bank(bank.getKey());
            Bytes value = Bytes.fromHex(pcr11(profile, hash, ""));
            for (JsonNode word : vector.path("phases")) {
              value = hash.digest(value, hash.digest(Bytes.utf8(word.asString())));
            }
            assertThat(value).as(bank.getKey()).isEqualTo(hex(bank.getValue()));
          });
    }
  }

  private static HashAlg bank(String label) {
    Map<String, HashAlg> banks = new HashMap<>();
    new EnumMap<HashAlg, String>(
            Map.of(
                HashAlg.SHA1, "sha1",
                HashAlg.SHA256, "sha256",
                HashAlg.SHA384, "sha384",
                HashAlg.SHA512, "sha512"))
        .forEach((hash, name) -> banks.put(name, hash));
    return Objects.requireNonNull(banks.get(label), label);
  }

  @Test
  void whatIsNoImageIsRefused() {
    refused(Fault.NOT_PE, Bytes.EMPTY);
    refused(Fault.NOT_PE, Bytes.utf8("MZ"));
    refused(Fault.NOT_PE, Bytes.zeros(4096));
    Bytes right = plain().toBytes();
    refused(Fault.NOT_PE, set(right, 60, 0x7fffffff));
    refused(Fault.NOT_PE, set(right, 60, -1));
    refused(Fault.NOT_PE, set(right, PeWriter.PE, 0));
    refused(Fault.NOT_PE, set(right, PeWriter.OPTIONAL, 0x999));
    refused(Fault.NOT_PE, set(right, PeWriter.OPTIONAL + 60, 0));
    refused(Fault.NOT_PE, set(right, PeWriter.OPTIONAL + 60, -1));
  }

  @Test
  void anImageWithoutAKernelIsRefused() {
    refused(Fault.NO_KERNEL, new PeWriter().section(".text", "code").toBytes());
    refused(
        Fault.NO_KERNEL,
        new PeWriter().section(".text", "code").section(".linux", Bytes.EMPTY).toBytes());
  }

  @Test
  void sectionsThatOverlapOrLeaveTheFileAreRefused() {
    Bytes right = plain().toBytes();
    int second = PeWriter.TABLE + 40;
    refused(Fault.SECTIONS, set(right, second + 20, 0));
    refused(Fault.SECTIONS, set(right, second + 20, right.size()));
    refused(Fault.SECTIONS, set(right, second + 16, -1));
    refused(Fault.SECTIONS, set(right, second + 12, 0x1000));
    refused(Fault.SECTIONS, set(right, PeWriter.TABLE + 5 * 40 + 8, 0x7fffffff));
    Bytes many = set(right, PeWriter.PE + 6, 0xffff);
    refused(Fault.SECTIONS, many);
  }

  @Test
  void certificatesThatAreNotTheEndOfTheFileAreRefused() {
    Bytes right = plain().toBytes();
    refused(Fault.CERTIFICATES, set(right, PeWriter.CERTIFICATE_ENTRY + 4, 16));
    Bytes signed = set(right, PeWriter.CERTIFICATE_ENTRY, right.size());
    signed = set(signed, PeWriter.CERTIFICATE_ENTRY + 4, 16);
    refused(Fault.CERTIFICATES, Bytes.concat(signed, Bytes.zeros(17)));
  }

  @Test
  void anImageAbove512MebibytesIsRefusedWithoutBeingRead() throws IOException {
    Path file = folder.resolve("large.efi");
    try (java.io.RandomAccessFile sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Uki.LARGEST_SIZE + 1);
    }
    assertThatExceptionOfType(UkiException.class)
        .isThrownBy(() -> Uki.read(file))
        .satisfies(refusal -> assertThat(refusal.fault()).isEqualTo(Fault.TOO_LARGE));
  }

  @Test
  void changedBytesLeadToTheDeclaredExceptionOrToAnImage() {
    Bytes kernel = new PeWriter().section(".text", "kernel code").toBytes();
    Bytes whole = new PeWriter().section(".text", "stub").section(".linux", kernel).toBytes();
    Random random = new Random(20260102);
    int understood = 0;
    for (int round = 0; round < 1500; round++) {
      byte[] changed = whole.toArray();
      for (int i = random.nextInt(4); i >= 0; i--) {
        changed[random.nextInt(PeWriter.TABLE + 80)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(read(Bytes.copyOf(changed)).sections()).isNotEmpty();
        understood++;
      } catch (UkiException declared) {
        assertThat(declared.code()).startsWith("UKI_");
      }
    }
    assertThat(understood).isGreaterThan(100);
  }

  private static Bytes set(Bytes image, int at, int value) {
    byte[] changed = image.toArray();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return Bytes.copyOf(changed);
  }
}
