// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every decoder, on valid instances of every form and on mutations of them. */
class DecoderLawsTest {

  private static final int MUTATIONS = 3_000;

  /** One valid instance, and decoding followed by encoding of its structure. */
  record Sample(String structure, Bytes encoded, UnaryOperator<Bytes> recode) {
    @Override
    public String toString() {
      return structure + " " + encoded;
    }
  }

  static Stream<Sample> samples() {
    return Stream.of(
            samplesOf(
                "TPMT_PUBLIC",
                Samples.areas().stream().map(TpmtPublic::encode),
                bytes -> TpmtPublic.decode(bytes).encode()),
            samplesOf(
                "TPMS_ATTEST",
                Samples.attests().stream().map(TpmsAttest::encode),
                bytes -> TpmsAttest.decode(bytes).encode()),
            samplesOf(
                "TPMT_SIGNATURE",
                Samples.signatures().stream().map(TpmtSignature::encode),
                bytes -> TpmtSignature.decode(bytes).encode()),
            samplesOf(
                "TPML_PCR_SELECTION",
                Samples.selections().stream().map(PcrSelection::encode),
                bytes -> PcrSelection.decode(bytes).encode()),
            samplesOf(
                "TPM2B_NAME",
                Stream.of(
                    Samples.TPM.akName().value(), Samples.TPM.ek(EkTemplate.H3).name().value()),
                bytes -> TpmName.decode(bytes).value()),
            samplesOf(
                "TPMT_SENSITIVE",
                Stream.of(
                    Bytes.fromHex("00080000000101000202ff"), Bytes.fromHex("0008000109000000010a")),
                DecoderLawsTest::recodeSensitive))
        .flatMap(samples -> samples);
  }

  private static Stream<Sample> samplesOf(
      String structure, Stream<Bytes> encoded, UnaryOperator<Bytes> recode) {
    return encoded.map(bytes -> new Sample(structure, bytes, recode));
  }

  private static Bytes recodeSensitive(Bytes bytes) {
    try (TpmtSensitive sensitive = TpmtSensitive.decode(SecretBytes.copyOf(bytes.toArray()))) {
      return Bytes.copyOf(sensitive.encode().revealBytes());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void encodingWhatWasDecodedGivesTheSameBytes(Sample sample) {
    assertThat(sample.recode.apply(sample.encoded)).isEqualTo(sample.encoded);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyTruncationIsRefused(Sample sample) {
    for (int size = 0; size < sample.encoded.size(); size++) {
      assertRefused(sample, sample.encoded.slice(0, size));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anyTrailingByteIsRefused(Sample sample) {
    for (int octet : new int[] {0x00, 0x01, 0xff}) {
      assertRefused(sample, Bytes.concat(sample.encoded, Bytes.of(octet)));
    }
    assertRefused(sample, Bytes.concat(sample.encoded, sample.encoded));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anOuterSizeIsNotGuessedAway(Sample sample) {
    assertRefused(sample, Bytes.concat(Bytes.u16(sample.encoded.size()), sample.encoded));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aMutationIsRefusedByTheOneExceptionOrComesBackUnchanged(Sample sample) {
    Random random = new Random(sample.encoded.hashCode());
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Bytes mutated = mutate(sample.encoded, random);
      try {
        assertThat(sample.recode.apply(mutated)).isEqualTo(mutated);
      } catch (TpmDecodeException expected) {
        refused++;
        assertThat(expected.structure()).isEqualTo(sample.structure);
        assertThat(expected.offset()).isBetween(0, mutated.size());
      }
    }
    assertThat(refused).isPositive();
  }

  private static Bytes mutate(Bytes valid, Random random) {
    byte[] octets = valid.toArray();
    int at = random.nextInt(octets.length);
    switch (random.nextInt(5)) {
      case 0 -> octets[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> octets[at] = (byte) 0xff;
      case 2 -> {
        octets[at] = (byte) random.nextInt();
        octets[random.nextInt(octets.length)] = (byte) random.nextInt();
      }
      case 3 -> {
        return Bytes.concat(valid.slice(0, at), valid.slice(random.nextInt(octets.length)));
      }
      default -> {
        byte[] noise = new byte[random.nextInt(8)];
        random.nextBytes(noise);
        return Bytes.concat(valid.slice(0, at), Bytes.copyOf(noise), valid.slice(at));
      }
    }
    return Bytes.copyOf(octets);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void noiseIsRefusedByTheOneException(Sample sample) {
    Random random = new Random(7);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      Bytes offered = Bytes.copyOf(noise);
      try {
        assertThat(sample.recode.apply(offered)).isEqualTo(offered);
      } catch (TpmDecodeException expected) {
        assertThat(expected.structure()).isEqualTo(sample.structure);
      }
    }
  }

  private static void assertRefused(Sample sample, Bytes offered) {
    assertThatExceptionOfType(TpmDecodeException.class)
        .as("%s", offered)
        .isThrownBy(() -> sample.recode.apply(offered))
        .satisfies(e -> assertThat(e.structure()).isEqualTo(sample.structure))
        .satisfies(e -> assertThat(e.field()).isNotEmpty());
  }
}
