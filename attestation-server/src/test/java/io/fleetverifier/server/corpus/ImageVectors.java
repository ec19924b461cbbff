// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.corpus.Vector.Report;
import io.fleetverifier.server.corpus.Vector.Stage;
import io.fleetverifier.server.uki.PeWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Unified kernel images: PE files of a few sections with a few octets in each. */
final class ImageVectors {

  private static final int SECTIONS = 64 + 6;
  private static final int OPTIONAL = 64 + 24;
  private static final int TABLE = OPTIONAL + 112 + 16 * 8;
  private static final int CERTIFICATES = OPTIONAL + 112 + 4 * 8;
  private static final int VIRTUAL_SIZE = 8;
  private static final int VIRTUAL_ADDRESS = 12;
  private static final int RAW_SIZE = 16;
  private static final int RAW_OFFSET = 20;

  private final List<Vector> vectors = new ArrayList<>();

  private ImageVectors() {}

  static List<Vector> all() {
    ImageVectors made = new ImageVectors();
    made.vectors.add(
        Vector.control(
            "uki/control",
            "a stub, a kernel, a command line, an initrd",
            files(image()),
            Report.of("stub", "systemd-stub 256")));
    made.headers();
    made.sections();
    return made.vectors;
  }

  private static Bytes image() {
    return new PeWriter()
        .section(".text", "stub")
        .section(".sdmagic", "#### LoaderInfo: systemd-stub 256 ####")
        .section(".linux", "KERNEL")
        .section(".cmdline", "root=LABEL=BOOT")
        .section(".initrd", "INITRD")
        .toBytes();
  }

  private static Map<String, Bytes> files(Bytes image) {
    return Map.of("efi", image);
  }

  private void refused(String name, String madeBy, Bytes image, String code) {
    vectors.add(
        Vector.refused(
            "uki/" + name,
            Stage.DECODE,
            List.of(30),
            madeBy,
            files(image),
            Report.undecodable(code)));
  }

  private void edited(String name, String madeBy, Consumer<ByteBuffer> edit, String code) {
    byte[] image = image().toArray();
    edit.accept(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
    refused(name, madeBy, Bytes.copyOf(image), code);
  }

  private void headers() {
    refused("empty", "no octets", Bytes.EMPTY, "UKI_NOT_PE");
    refused("cut-off", "the first 256 octets", image().slice(0, 256), "UKI_NOT_PE");
    edited(
        "header-beyond-the-end", "e_lfanew is 4294967295", pe -> pe.putInt(60, -1), "UKI_NOT_PE");
    edited(
        "headers-larger-than-the-file",
        "sizeOfHeaders is 2147483647",
        pe -> pe.putInt(OPTIONAL + 60, 0x7fffffff),
        "UKI_NOT_PE");
    edited(
        "certificates-inside",
        "a certificate table of 16 octets in the middle of the file",
        pe -> pe.putInt(CERTIFICATES, 512).putInt(CERTIFICATES + 4, 16),
        "UKI_CERTIFICATES");
  }

  private void sections() {
    edited(
        "sections-without-end",
        "65535 sections",
        pe -> pe.putShort(SECTIONS, (short) -1),
        "UKI_SECTIONS");
    edited(
        "section-outside",
        "the content of .initrd lies behind the end of the file",
        pe -> pe.putInt(entry(4) + RAW_OFFSET, 0x7fffff00),
        "UKI_SECTIONS");
    edited(
        "section-over-the-headers",
        "the content of .text begins at offset 0",
        pe -> pe.putInt(entry(0) + RAW_OFFSET, 0),
        "UKI_SECTIONS");
    edited(
        "sections-over-one-another",
        ".initrd has the content of .cmdline",
        pe -> pe.putInt(entry(4) + RAW_OFFSET, pe.getInt(entry(3) + RAW_OFFSET)),
        "UKI_SECTIONS");
    edited(
        "sections-over-one-another-in-memory",
        ".initrd is loaded where .cmdline is",
        pe -> pe.putInt(entry(4) + VIRTUAL_ADDRESS, pe.getInt(entry(3) + VIRTUAL_ADDRESS)),
        "UKI_SECTIONS");
    edited(
        "section-of-500-mebibytes-of-zeros",
        ".initrd has 512 octets in the file and 500 MiB in memory",
        pe -> pe.putInt(entry(4) + VIRTUAL_SIZE, 500 << 20),
        "UKI_SECTIONS");
    edited(
        "section-of-four-gigabytes",
        ".initrd claims 4294967295 octets of the file",
        pe -> pe.putInt(entry(4) + RAW_SIZE, -1),
        "UKI_SECTIONS");
    refused(
        "command-line-twice",
        "two sections .cmdline: which one is measured and used is the device's choice",
        new PeWriter()
            .section(".linux", "KERNEL")
            .section(".cmdline", "root=LABEL=BOOT")
            .section(".cmdline", "root=LABEL=BOOT rd.break")
            .toBytes(),
        "UKI_AMBIGUOUS");
    refused(
        "no-kernel",
        "a PE file without a section .linux",
        new PeWriter().section(".text", "x").toBytes(),
        "UKI_NO_KERNEL");
  }

  private static int entry(int section) {
    return TABLE + 40 * section;
  }
}
