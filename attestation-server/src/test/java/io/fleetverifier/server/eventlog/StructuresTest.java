// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLogException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What events hold: variables, signature lists, device paths. */
class StructuresTest {

  static final Guid GLOBAL = Guid.parse("8be4df61-93ca-11d2-aa0d-00e098032b8c");
  private static final Bytes VALUE = Bytes.utf8("value");
  private static final Bytes OWNER = Bytes.fromHex("00112233445566778899aabbccddeeff");
  private static final Bytes DIGEST = Bytes.utf8("image").sha256();

  private static final Bytes OWNED = Bytes.concat(OWNER, DIGEST);

  static Bytes variable(Guid vendor, String name, Bytes data) {
    Bytes utf16 = Bytes.copyOf(name.getBytes(StandardCharsets.UTF_16LE));
    return new LogWriter()
        .bytes(vendor.value())
        .le64(name.length())
        .le64(data.size())
        .bytes(utf16)
        .bytes(data)
        .toBytes();
  }

  static Bytes list(Guid type, int headerSize, int entrySize, Bytes body) {
    return new LogWriter()
        .bytes(type.value())
        .le32(28 + body.size())
        .le32(headerSize)
        .le32(entrySize)
        .bytes(body)
        .toBytes();
  }

  static Bytes certificateList(Bytes certificate) {
    return list(SignatureList.X509, 0, 16 + certificate.size(), Bytes.concat(OWNER, certificate));
  }

  private static void refused(Function<Span, ?> decoder, Bytes octets) {
    assertThatExceptionOfType(EventLogException.class)
        .isThrownBy(() -> decoder.apply(Span.of(octets)))
        .satisfies(refusal -> assertThat(refusal.fault()).isEqualTo(Fault.DATA));
  }

  @Test
  void aGuidIsPrintedAsPeopleWriteIt() {
    assertThat(GLOBAL.toString()).isEqualTo("8be4df61-93ca-11d2-aa0d-00e098032b8c");
    assertThat(GLOBAL.value().toHex()).isEqualTo("61dfe48bca93d211aa0d00e098032b8c");
  }

  @Test
  void aVariableIsDecodedExactly() {
    Bytes right = variable(GLOBAL, "PK", VALUE);
    UefiVariable decoded = UefiVariable.decode(Span.of(right));
    assertThat(decoded.vendor()).isEqualTo(GLOBAL);
    assertThat(decoded.name()).isEqualTo("PK");
    assertThat(decoded.data().toBytes()).isEqualTo(VALUE);
    refused(UefiVariable::decode, Bytes.concat(right, Bytes.of(0)));
    for (int size = 0; size < right.size(); size++) {
      refused(UefiVariable::decode, right.slice(0, size));
    }
  }

  @Test
  void impossibleLengthsInAVariableAreRefused() {
    Bytes right = variable(GLOBAL, "PK", VALUE);
    refused(UefiVariable::decode, EventLogTest.with(right, 16 + 7, 0x80));
    refused(UefiVariable::decode, EventLogTest.with(right, 16 + 7, 0x7f));
    refused(UefiVariable::decode, EventLogTest.with(right, 24 + 7, 0x80));
    refused(UefiVariable::decode, EventLogTest.with(right, 24 + 7, 0x7f));
  }

  @Test
  void signatureListsAreDecodedOneAfterTheOther() {
    Bytes digests =
        list(SignatureList.SHA256, 0, 48, Bytes.concat(OWNER, DIGEST, OWNER, VALUE.sha256()));
    List<SignatureList> lists =
        SignatureList.decodeAll(Span.of(Bytes.concat(certificateList(VALUE), digests)));
    assertThat(lists).hasSize(2);
    assertThat(lists.getFirst().entries())
        .containsExactly(new SignatureList.Entry(new Guid(OWNER), VALUE));
    assertThat(lists.getLast().entries())
        .extracting(SignatureList.Entry::data)
        .containsExactly(DIGEST, VALUE.sha256());
    assertThat(SignatureList.decodeAll(Span.of(Bytes.EMPTY))).isEmpty();
  }

  /** must-fail 29: sizes below the header, beyond the end, zero. Made by writing single fields. */
  @Test
  void sizesOfASignatureListThatDoNotAgreeAreRefused() {
    Bytes entry = Bytes.concat(OWNER, DIGEST);
    refused(SignatureList::decodeAll, list(SignatureList.SHA256, 0, 0, entry));
    refused(SignatureList::decodeAll, list(SignatureList.SHA256, 0, 16, entry));
    refused(SignatureList::decodeAll, list(SignatureList.SHA256, 0, 47, entry));
    refused(SignatureList::decodeAll, list(SignatureList.X509, 0, 47, entry));
    refused(SignatureList::decodeAll, list(SignatureList.X509, 0, 0x7fffffff, entry));
    refused(SignatureList::decodeAll, list(SignatureList.X509, -1, 48, entry));
    Bytes right = list(SignatureList.SHA256, 0, 48, entry);
    refused(SignatureList::decodeAll, EventLogTest.with(right, 16, 27));
    refused(SignatureList::decodeAll, EventLogTest.with(right, 19, 0x7f));
    refused(SignatureList::decodeAll, Bytes.concat(right, Bytes.of(0)));
  }

  /** must-fail 29: SignatureHeaderSize above zero, a digest in the header. */
  @Test
  void headerBytesNeverBecomeEntries() {
    Bytes entry = Bytes.concat(OWNER, DIGEST);
    refused(
        SignatureList::decodeAll, list(SignatureList.SHA256, 48, 48, Bytes.concat(entry, entry)));
    Guid other = new Guid(OWNER);
    List<SignatureList> lists =
        SignatureList.decodeAll(Span.of(list(other, 48, 48, Bytes.concat(entry, entry))));
    assertThat(lists.getFirst().entries()).hasSize(1);
  }

  @Test
  void aDevicePathEndsWithItsEndNode() {
    Bytes file = Bytes.of(4, 4, 8, 0, 'E', 0, 0, 0);
    Bytes end = Bytes.of(0x7f, 0xff, 4, 0);
    DevicePath path = DevicePath.decode(Span.of(Bytes.concat(file, end)));
    assertThat(path.filePath()).contains("E");
    assertThat(DevicePath.decode(Span.of(end)).filePath()).isEmpty();
    refused(DevicePath::decode, file);
    refused(DevicePath::decode, Bytes.concat(file, end, Bytes.of(0)));
  }

  @Test
  void aNodeOfNoLengthDoesNotLoop() {
    for (int length = 0; length < 4; length++) {
      refused(DevicePath::decode, Bytes.of(4, 4, length, 0, 0x7f, 0xff, 4, 0));
    }
    refused(DevicePath::decode, Bytes.of(4, 4, 0xff, 0xff, 0, 0, 0, 0));
  }

  @Test
  void randomOctetsLeadToAValueOrToTheDeclaredException() {
    Bytes[] seeds = {
      variable(GLOBAL, "PK", VALUE),
      Bytes.concat(certificateList(VALUE), list(SignatureList.SHA256, 0, 48, OWNED)),
      Bytes.of(4, 4, 8, 0, 'E', 0, 0, 0, 0x7f, 0xff, 4, 0),
    };
    List<Function<Span, Object>> decoders =
        List.of(
            UefiVariable::decode, SignatureList::decodeAll, DevicePath::decode, ImageLoad::decode);
    Random random = new Random(20260104);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] octets = seeds[random.nextInt(seeds.length)].toArray();
      for (int i = random.nextInt(3); i >= 0; i--) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
      }
      for (Function<Span, Object> decoder : decoders) {
        try {
          assertThat(decoder.apply(Span.of(Bytes.copyOf(octets)))).isNotNull();
        } catch (EventLogException declared) {
          assertThat(declared.fault()).isEqualTo(Fault.DATA);
          refused++;
        }
      }
    }
    assertThat(refused).isBetween(20_000, 79_000);
  }
}
