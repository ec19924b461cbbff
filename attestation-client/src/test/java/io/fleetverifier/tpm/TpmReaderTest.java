// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TpmReaderTest {

  private static TpmReader over(String hex) {
    return new TpmReader("STRUCTURE", Bytes.fromHex(hex));
  }

  @Test
  void numbersAreBigEndianAndUnsigned() {
    TpmReader in = over("ff" + "fffe" + "fffefdfc" + "fffefdfcfbfaf9f8");
    assertThat(in.u8("a")).isEqualTo(0xff);
    assertThat(in.u16("b")).isEqualTo(0xfffe);
    assertThat(in.u32("c")).isEqualTo(0xfffefdfcL);
    assertThat(in.u64("d")).isEqualTo(0xfffefdfcfbfaf9f8L);
    in.end();
  }

  @Test
  void whatIsWrittenIsRead() {
    Bytes written =
        new TpmWriter()
            .u8(1)
            .u16(2)
            .u32(0xffff_ffffL)
            .u64(-1)
            .yesNo(true)
            .sized(Bytes.of(5, 6))
            .bytes(Bytes.zeros(300))
            .toBytes();
    TpmReader in = new TpmReader("STRUCTURE", written);
    assertThat(in.u8("a")).isEqualTo(1);
    assertThat(in.u16("b")).isEqualTo(2);
    assertThat(in.u32("c")).isEqualTo(0xffff_ffffL);
    assertThat(in.u64("d")).isEqualTo(-1);
    assertThat(in.yesNo("e")).isTrue();
    assertThat(in.sized("f", 2)).isEqualTo(Bytes.of(5, 6));
    assertThat(in.bytes("g", 300)).isEqualTo(Bytes.zeros(300));
    assertThat(in.position()).isEqualTo(written.size());
    in.end();
  }

  @Test
  void aClaimedSizeIsComparedWithWhatIsLeft() {
    assertFault(over("ffff00"), in -> in.sized("m", 0xffff), "m", 2);
    assertFault(over("0001"), in -> in.sized("m", 0xffff), "m", 2);
    assertFault(over("00"), in -> in.bytes("m", Integer.MAX_VALUE), "m", 0);
    assertFault(over("00"), in -> in.bytes("m", -1), "m", 0);
  }

  @Test
  void aClaimedSizeIsComparedWithTheLargestPossible() {
    assertFault(over("0003010203"), in -> in.sized("m", 2), "m", 0);
    assertFault(over("0002 0102".replace(" ", "")), in -> in.sizedEmptyOr("m", 3), "m", 0);
    assertThat(over("0000").sizedEmptyOr("m", 3)).isEqualTo(Bytes.EMPTY);
    assertThat(over("0003010203").sizedEmptyOr("m", 3)).isEqualTo(Bytes.of(1, 2, 3));
  }

  @Test
  void everyReadPastTheEndIsRefused() {
    assertFault(over(""), in -> in.u8("m"), "m", 0);
    assertFault(over("00"), in -> in.u16("m"), "m", 0);
    assertFault(over("000000"), in -> in.u32("m"), "m", 0);
    assertFault(over("00000000000000"), in -> in.u64("m"), "m", 0);
  }

  @Test
  void yesAndNoAreOneAndZeroOnly() {
    assertThat(over("00").yesNo("m")).isFalse();
    assertThat(over("01").yesNo("m")).isTrue();
    assertFault(over("02"), in -> in.yesNo("m"), "m", 0);
    assertFault(over("ff"), in -> in.yesNo("m"), "m", 0);
  }

  @Test
  void whatIsLeftAtTheEndIsRefused() {
    TpmReader in = over("0100");
    assertThat(in.u8("m")).isEqualTo(1);
    assertFault(in, TpmReader::end, "end", 1);
  }

  @Test
  void anUnknownHashAlgorithmIsRefused() {
    assertThat(over("000b").hashAlg("m")).isEqualTo(HashAlg.SHA256);
    assertFault(over("0012"), in -> in.hashAlg("m"), "m", 0);
    assertFault(over("0010"), in -> in.hashAlg("m"), "m", 0);
    assertThatExceptionOfType(TpmDecodeException.class).isThrownBy(() -> HashAlg.fromId(0x27));
  }

  @Test
  void theWriterRefusesWhatDoesNotFit() {
    TpmWriter out = new TpmWriter();
    assertThatIllegalArgumentException().isThrownBy(() -> out.u8(256));
    assertThatIllegalArgumentException().isThrownBy(() -> out.u8(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> out.u16(0x10000));
    assertThatIllegalArgumentException().isThrownBy(() -> out.u32(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> out.sized(Bytes.zeros(0x10000)));
    assertThat(out.toBytes()).isEqualTo(Bytes.EMPTY);
  }

  private static void assertFault(
      TpmReader in, Consumer<TpmReader> read, String field, int offset) {
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> read.accept(in))
        .satisfies(e -> assertThat(e.structure()).isEqualTo("STRUCTURE"))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }
}
