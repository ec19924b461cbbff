// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.uki.Uki.Section;
import io.fleetverifier.server.uki.UkiException.Fault;
import io.fleetverifier.tpm.HashAlg;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/** Reads one image: sections, then digests, then registers. */
final class UkiReader {

  private static final String KERNEL = ".linux";
  private static final String PROFILE = ".profile";
  private static final String COMMAND_LINE = ".cmdline";
  private static final String STUB_MAGIC = ".sdmagic";
  private static final int LONGEST_TEXT = 1 << 16;

  /** Octets of all sections together that are in memory but not in the file. */
  private static final long MOST_ZEROS = 16L << 20;

  private final FileWindow file;
  private final PeImage image;
  private final List<MeasuredSection> measured = new ArrayList<>();

  private record MeasuredSection(PeSection section, Map<HashAlg, Bytes> digests) {}

  private UkiReader(FileWindow file) throws IOException {
    this.file = file;
    this.image = PeImage.parse(file);
  }

  static Uki read(Path path) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      long size = channel.size();
      if (size > Uki.LARGEST_SIZE) {
        throw new UkiException(Fault.TOO_LARGE, size + " octets, more than " + Uki.LARGEST_SIZE);
      }
      return new UkiReader(new FileWindow(channel, 0, size)).read();
    }
  }

  private Uki read() throws IOException {
    PeSection kernel = kernel();
    requireBoundedMemory();
    for (PeSection section : image.sections()) {
      measured.add(new MeasuredSection(section, digests(section)));
    }
    Optional<String> stub = stubText().flatMap(MeasuredSections::stub);
    List<UkiProfile> profiles = profiles(MeasuredSections.of(stub));
    Map<HashAlg, Bytes> authenticode = authenticode(image);
    return new Uki(
        stub,
        sections(),
        profiles,
        olderStub(stub, profiles),
        authenticode,
        Pcr4.secureBootOn(authenticode),
        kernelDigest(kernel).map(inner -> Pcr4.secureBootOff(authenticode, inner)).orElse(Map.of()),
        profiles.getFirst().commandLine());
  }

  private PeSection kernel() {
    return image.sections().stream()
        .filter(section -> section.name().equals(KERNEL) && section.virtualSize() > 0)
        .findFirst()
        .orElseThrow(() -> new UkiException(Fault.NO_KERNEL, "no section .linux"));
  }

  /** What a section has in memory but not in the file is zeros that must be hashed all the same. */
  private void requireBoundedMemory() {
    long zeros = 0;
    for (PeSection section : image.sections()) {
      zeros += Math.max(0, section.virtualSize() - section.rawSize());
    }
    if (zeros > MOST_ZEROS) {
      throw new UkiException(Fault.SECTIONS, "sections of " + zeros + " octets without content");
    }
  }

  private Map<HashAlg, Bytes> digests(PeSection section) throws IOException {
    Map<HashAlg, MessageDigest> running = running();
    section.addTo(running.values(), file);
    return finish(running);
  }

  private static Map<HashAlg, Bytes> authenticode(PeImage image) throws IOException {
    Map<HashAlg, MessageDigest> running = running();
    image.addAuthenticodeTo(running.values());
    return finish(running);
  }

  private static Map<HashAlg, MessageDigest> running() {
    Map<HashAlg, MessageDigest> running = new EnumMap<>(HashAlg.class);
    for (HashAlg bank : HashAlg.values()) {
      try {
        running.put(bank, MessageDigest.getInstance(bank.jcaName()));
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("this Java platform lacks " + bank.jcaName(), impossible);
      }
    }
    return running;
  }

  private static Map<HashAlg, Bytes> finish(Map<HashAlg, MessageDigest> running) {
    Map<HashAlg, Bytes> digests = new EnumMap<>(HashAlg.class);
    running.forEach((bank, digest) -> digests.put(bank, Bytes.copyOf(digest.digest())));
    return digests;
  }

  private Optional<String> stubText() throws IOException {
    for (PeSection section : image.sections()) {
      if (section.name().equals(STUB_MAGIC)) {
        return Optional.of(text(section));
      }
    }
    return Optional.empty();
  }

  private String text(PeSection section) throws IOException {
    long size = Math.min(Math.min(section.virtualSize(), section.rawSize()), LONGEST_TEXT);
    Bytes content = file.read(section.rawOffset(), (int) size);
    return new String(content.toArray(), StandardCharsets.UTF_8);
  }

  private List<Section> sections() {
    return measured.stream()
        .map(each ->
            new Section(
                each.section.name(),
                each.section.virtualSize(),
                digest(each.digests, HashAlg.SHA256)))
        .toList();
  }

  /**
   * What lies before the first .profile is common to all profiles; each .profile begins one, which
   * adds sections or takes the place of common ones.
   */
  private List<UkiProfile> profiles(MeasuredSections order) throws IOException {
    Map<String, MeasuredSection> common = new HashMap<>();
    List<Map<String, MeasuredSection>> own = new ArrayList<>();
    Map<String, MeasuredSection> current = common;
    for (MeasuredSection section : measured) {
      String name = section.section.name();
      if (name.equals(PROFILE) && order.names().contains(PROFILE)) {
        current = new HashMap<>();
        own.add(current);
      }
      boolean counts = order.names().contains(name) && section.section.virtualSize() > 0;
      if (counts && current.putIfAbsent(name, section) != null) {
        throw new UkiException(
            Fault.AMBIGUOUS, name + " is there twice; the device chooses which is measured");
      }
    }
    if (own.isEmpty()) {
      own.add(Map.of());
    }
    List<UkiProfile> profiles = new ArrayList<>();
    for (Map<String, MeasuredSection> sections : own) {
      Map<String, MeasuredSection> all = new HashMap<>(common);
      all.putAll(sections);
      MeasuredSection commandLine = all.get(COMMAND_LINE);
      profiles.add(
          new UkiProfile(
              profiles.size(),
              pcr11(order, all),
              commandLine == null ? Optional.empty() : Optional.of(text(commandLine.section))));
    }
    return profiles;
  }

  private static Map<HashAlg, SortedMap<String, Bytes>> pcr11(
      MeasuredSections order, Map<String, MeasuredSection> sections) {
    Map<HashAlg, SortedMap<String, Bytes>> banks = new EnumMap<>(HashAlg.class);
    for (HashAlg bank : HashAlg.values()) {
      Map<String, Bytes> digests = new HashMap<>();
      sections.forEach((name, section) -> digests.put(name, digest(section.digests, bank)));
      Bytes value = Pcr11.ofSections(bank, order.names(), digests);
      banks.put(bank, Pcr11.phases(bank, value));
    }
    return banks;
  }

  private Optional<UkiProfile> olderStub(Optional<String> stub, List<UkiProfile> profiles)
      throws IOException {
    if (stub.isPresent() || profiles.size() > 1) {
      return Optional.empty();
    }
    UkiProfile older = profiles(MeasuredSections.ofOldStubs()).getFirst();
    return older.equals(profiles.getFirst()) ? Optional.empty() : Optional.of(older);
  }

  /** The digest that the firmware extends when the stub has it load the kernel. */
  private Optional<Map<HashAlg, Bytes>> kernelDigest(PeSection kernel) throws IOException {
    long size = Math.min(kernel.virtualSize(), kernel.rawSize());
    try {
      PeImage inner = PeImage.parse(file.window(kernel.rawOffset(), size));
      return Optional.of(authenticode(inner));
    } catch (UkiException notPe) {
      return Optional.empty();
    }
  }

  private static Bytes digest(Map<HashAlg, Bytes> digests, HashAlg bank) {
    return Objects.requireNonNull(digests.get(bank));
  }
}
