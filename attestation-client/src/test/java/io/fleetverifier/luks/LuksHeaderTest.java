// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import static io.fleetverifier.luks.LuksImage.PASSPHRASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.luks.LuksException.Problem;
import io.fleetverifier.testing.Cryptsetup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuksHeaderTest {
  private static final int HEADER_SIZE = 16_384;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static LuksImage original;
  private LuksImage image;
  private Bytes pin;

  @BeforeAll
  static void formatOnce() throws Exception {
    original = LuksImage.format(shared.resolve("original.img"));
  }

  @BeforeEach
  void copy() throws Exception {
    image = original.copy(folder.resolve("volume.img"));
    pin = image.header().pin();
  }

  @Test
  void aFreshVolumeHasAPinOf32BytesItsUuidAndNothingOdd() throws Exception {
    assertThat(pin.size()).isEqualTo(32);
    assertThat(image.header().uuid()).hasSize(36);
    assertThat(image.header().notes()).isEmpty();
  }

  @Test
  void aVolumeWithTheSizesThatCryptsetupChoosesByItselfIsRead() throws Exception {
    Path file = folder.resolve("default.img");
    Files.write(file, new byte[32 << 20]);
    Cryptsetup.succeed(
        PASSPHRASE,
        List.of(
            "luksFormat",
            "-q",
            "--pbkdf",
            "pbkdf2",
            "--pbkdf-force-iterations",
            "1000",
            file.toString(),
            "-"));
    assertThat(LuksHeader.read(file).pin().size()).isEqualTo(32);
  }

  @Test
  void addingAndRemovingKeyslotsAndTokensLeavesThePinAlone() throws Exception {
    Path recovery = Files.writeString(folder.resolve("recovery"), "recovery key");
    Path token =
        Files.writeString(folder.resolve("token"), "{\"type\":\"mine\",\"keyslots\":[\"1\"]}");
    String device = image.file().toString();
    Cryptsetup.succeed(
        PASSPHRASE,
        List.of(
            "luksAddKey",
            "-q",
            "--pbkdf",
            "pbkdf2",
            "--pbkdf-force-iterations",
            "1000",
            "--key-file",
            "-",
            device,
            recovery.toString()));
    assertThat(image.header().pin()).isEqualTo(pin);
    Cryptsetup.succeed("", List.of("token", "import", "--json-file", token.toString(), device));
    assertThat(image.header().pin()).isEqualTo(pin);
    Cryptsetup.succeed("", List.of("luksKillSlot", "-q", device, "0"));
    assertThat(image.json()).doesNotContain("\"keyslots\":[\"0\"]");
    assertThat(image.header().pin()).isEqualTo(pin);
  }

  @Test
  void anotherVolumeHasAnotherPin() throws Exception {
    assertThat(LuksImage.format(folder.resolve("other.img")).header().pin()).isNotEqualTo(pin);
  }

  /** must-fail 31 and 35: a disk of the attacker, under the name of the real one. */
  @Test
  void aVolumeMadeWithTheSameUuidHasAnotherPin() throws Exception {
    LuksImage swapped =
        LuksImage.format(folder.resolve("other.img"), "--uuid", image.header().uuid());
    assertThat(swapped.header().uuid()).isEqualTo(image.header().uuid());
    assertThat(swapped.header().pin()).isNotEqualTo(pin);
  }

  /** must-fail 36: each field that an attacker would change, with right checksums. */
  @Test
  void anotherSegmentOffsetCipherSectorSizeDigestOrRequirementChangesThePin() throws Exception {
    changesThePin(json -> json.replace("\"offset\":\"2097152\"", "\"offset\":\"2101248\""));
    changesThePin(json -> json.replace("\"sector_size\":4096", "\"sector_size\":512"));
    changesThePin(json ->
        json.replaceFirst(
            "(\"segments\".*\"encryption\":\")aes-xts-plain64", "$1serpent-xts-plain64"));
    changesThePin(json -> json.replaceFirst("\"digest\":\"[^\"]{4}", "\"digest\":\"AAAA"));
    changesThePin(json ->
        json.replace("\"config\":{", "\"config\":{\"requirements\":{\"mandatory\":[\"x\"]},"));
  }

  private void changesThePin(UnaryOperator<String> change) throws Exception {
    Path file = folder.resolve("changed.img");
    Files.deleteIfExists(file);
    LuksImage changed = image.copy(file);
    String before = changed.json();
    changed.forgeJson(change);
    assertThat(changed.json()).isNotEqualTo(before);
    assertThat(changed.header().pin()).isNotEqualTo(pin);
  }

  @Test
  void anotherUuidChangesThePin() throws Exception {
    Cryptsetup.succeed(
        "",
        List.of(
            "luksUUID",
            "-q",
            "--uuid",
            "01234567-89ab-cdef-0123-456789abcdef",
            image.file().toString()));
    assertThat(image.header().pin()).isNotEqualTo(pin);
  }

  @Test
  void anEmptyListOfRequirementsIsTheSameAsNone() throws Exception {
    image.forgeJson(
        json -> json.replace("\"config\":{", "\"config\":{\"requirements\":{\"mandatory\":[]},"));
    assertThat(image.header().pin()).isEqualTo(pin);
  }

  /** must-fail 36: cipher_null, written into both copies with right checksums. */
  @Test
  void aSegmentWithoutCipherIsRefused() throws Exception {
    for (String cipher :
        List.of("cipher_null-ecb", "cipher_null", "null", "aes-cbc-essiv:sha256", "")) {
      image.forgeJson(
          json -> json.replaceFirst("(\"segments\".*\"encryption\":\")[^\"]*", "$1" + cipher));
      refused(Problem.CIPHER_REFUSED);
    }
  }

  @Test
  void aKeyslotWithoutCipherIsRefused() throws Exception {
    image.forgeJson(json ->
        json.replaceFirst(
            "(\"keyslots\".*\"size\":\"258048\",\"encryption\":\")[^\"]*", "$1cipher_null-ecb"));
    refused(Problem.CIPHER_REFUSED);
  }

  @Test
  void aSegmentOfAnotherTypeOrWithFlagsIsRefused() throws Exception {
    String before = image.json();
    image.forgeJson(json -> json.replace("\"type\":\"crypt\"", "\"type\":\"linear\""));
    refused(Problem.SEGMENT_REFUSED);
    for (String flag : List.of("backup-previous", "backup-final", "in-reencryption", "x")) {
      image.forgeJson(json ->
          before.replace("\"type\":\"crypt\"", "\"flags\":[\"" + flag + "\"],\"type\":\"crypt\""));
      refused(Problem.SEGMENT_REFUSED);
    }
  }

  @Test
  void aSecondSegmentWithoutCipherIsRefused() throws Exception {
    image.forgeJson(json ->
        json.replace(
            "\"segments\":{",
            "\"segments\":{\"1\":{\"type\":\"linear\",\"offset\":\"0\",\"size\":\"512\"},"));
    refused(Problem.SEGMENT_REFUSED);
  }

  /** must-fail 36: a re-encryption that cryptsetup began and left. */
  @Test
  void aReencryptionThatCryptsetupBeganIsRefused() throws Exception {
    Cryptsetup.succeed(
        PASSPHRASE,
        List.of(
            "reencrypt",
            "-q",
            "--init-only",
            "--pbkdf",
            "pbkdf2",
            "--pbkdf-force-iterations",
            "1000",
            "--key-file",
            "-",
            image.file().toString()));
    assertThat(image.json()).contains("online-reencrypt");
    refused(Problem.REENCRYPTION);
  }

  @Test
  void aReencryptionKeyslotAloneIsRefused() throws Exception {
    image.forgeJson(json ->
        json.replace(
            "\"keyslots\":{\"0\":{\"type\":\"luks2\"",
            "\"keyslots\":{\"0\":{\"type\":\"reencrypt\""));
    refused(Problem.REENCRYPTION);
  }

  @Test
  void aBrokenChecksumOfOneCopyLeavesTheOtherAndIsSaid() throws Exception {
    image.damage(5000, 'x');
    assertThat(image.header().pin()).isEqualTo(pin);
    assertThat(image.header().notes()).singleElement().asString().contains("first header copy");
    image.damage(HEADER_SIZE + 5000, 'x');
    refused(Problem.NO_VALID_COPY);
  }

  @Test
  void theSecondCopyIsFoundWhenTheFirstIsGone() throws Exception {
    for (int at = 0; at < 64; at++) {
      image.damage(at, 0);
    }
    assertThat(image.header().pin()).isEqualTo(pin);
  }

  @Test
  void ofTwoValidCopiesTheOneWithTheHigherSequenceIdCounts() throws Exception {
    image.forge(1, LuksImage.seqid(99));
    assertThat(image.header().notes())
        .containsExactly("the header copies differ: the newer one counts");
    assertThat(image.header().pin()).isEqualTo(pin);
    image.forge(1, copy -> withCipher(copy, "serpent-xts-plain64"));
    assertThat(image.header().pin()).isNotEqualTo(pin);
    image.forge(0, LuksImage.seqid(-1));
    assertThat(image.header().pin()).as("a sequence id has no sign").isEqualTo(pin);
  }

  @Test
  void anOldSoundCopyDoesNotHideANewUnsoundOne() throws Exception {
    image.forge(1, copy -> LuksImage.seqid(99).apply(withCipher(copy, "cipher_null-ecb")));
    refused(Problem.CIPHER_REFUSED);
  }

  @Test
  void twoDifferentCopiesOfOneSequenceIdAreRefused() throws Exception {
    image.forge(1, copy -> withCipher(copy, "serpent-xts-plain64"));
    refused(Problem.COPIES_CONFLICT);
  }

  private static byte[] withCipher(byte[] copy, String cipher) {
    String text = new String(copy, StandardCharsets.ISO_8859_1);
    int from = text.indexOf("aes-xts-plain64", text.indexOf("\"segments\""));
    String changed =
        text.substring(0, from) + cipher + text.substring(from + "aes-xts-plain64".length());
    return Arrays.copyOf(changed.getBytes(StandardCharsets.ISO_8859_1), copy.length);
  }

  @Test
  void eachFieldOfTheBinaryPartIsChecked() throws Exception {
    bothCopies(copy -> put(copy, 0, 'l'));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 7, 1));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 72, 'S'));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 72 + 6, 'x'));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 168, '/'));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 263, 8));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 15, 1));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 8, 0x7f));
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, copy.length - 1, 'x'));
    refused(Problem.NO_VALID_COPY);
    bothCopies(LuksHeaderTest::jsonWithoutEnd);
    refused(Problem.NO_VALID_COPY);
    bothCopies(copy -> put(copy, 4100, 0xff));
    refused(Problem.NO_VALID_COPY);
  }

  private void bothCopies(UnaryOperator<byte[]> change) throws Exception {
    Files.deleteIfExists(image.file());
    image = original.copy(image.file());
    // The size in the first copy leads to the second, so the second is changed first.
    image.forge(1, change).forge(0, change);
  }

  private static byte[] put(byte[] copy, int at, int octet) {
    copy[at] = (byte) octet;
    return copy;
  }

  private static byte[] jsonWithoutEnd(byte[] copy) {
    for (int i = 4096; i < copy.length; i++) {
      copy[i] = copy[i] == 0 ? (byte) ' ' : copy[i];
    }
    return copy;
  }

  @Test
  void aSizeThatTheDeviceDoesNotHaveIsRefused() throws Exception {
    UnaryOperator<byte[]> huge =
        copy -> {
          ByteBuffer.wrap(copy).putLong(8, 0x400000);
          return copy;
        };
    image.forge(1, huge);
    image.forge(0, huge);
    refused(Problem.NO_VALID_COPY);
  }

  @Test
  void keyslotSizesBeyondTheBoundOrTheDeviceAreRefused() throws Exception {
    String before = image.json();
    for (String size : List.of("134221824", "999999999999999999", "-4096", "1", "1e6", "x", "00")) {
      image.forgeJson(json ->
          before.replace("\"keyslots_size\":\"1048576\"", "\"keyslots_size\":\"" + size + "\""));
      refused(Problem.METADATA_MALFORMED);
    }
    image.forgeJson(
        json -> before.replace("\"keyslots_size\":\"1048576\"", "\"keyslots_size\":\"134217728\""));
    refused(Problem.TRUNCATED);
  }

  @Test
  void aDeviceCutOffAnywhereInItsHeaderIsRefused() throws Exception {
    image.truncate(2 * HEADER_SIZE + (1 << 20));
    assertThat(image.header().pin()).isEqualTo(pin);
    image.truncate(2 * HEADER_SIZE + (1 << 20) - 1);
    refused(Problem.TRUNCATED);
    image.truncate(HEADER_SIZE - 1);
    refused(Problem.NO_VALID_COPY);
    image.truncate(10);
    refused(Problem.NO_VALID_COPY);
    image.truncate(0);
    refused(Problem.NO_VALID_COPY);
  }

  @Test
  void metadataThatIsNotExactlyOneObjectIsRefused() throws Exception {
    String before = image.json();
    for (String json :
        List.of(
            "",
            "[]",
            "{",
            before + "{}",
            "/**/" + before,
            before.replace("\"config\":{", "\"config\":{},\"config\":{"),
            before.replace("\"segments\":{", "\"segments\":[],\"x\":{"),
            before.replace("\"digests\":{\"0\":{", "\"digests\":{},\"x\":{\"0\":{"),
            before.replace("\"digests\":{\"0\":", "\"digests\":{\"1\":1,\"0\":"),
            before.replace("\"sector_size\":4096", "\"sector_size\":4096.5"),
            before.replace("\"sector_size\":4096", "\"sector_size\":9007199254740993"),
            before.replace("\"sector_size\":4096", "\"sector_size\":true"),
            before.replace("\"iv_tweak\":\"0\"", "\"iv_tweak\":\"\\ud800\""),
            before.replace("\"json_size\":\"12288\"", "\"json_size\":\"12287\""),
            "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}")) {
      image.forgeJson(unused -> json);
      refused(Problem.METADATA_MALFORMED);
    }
  }

  @Test
  void anyChangedBitOfBothCopiesIsRefusedOrChangesNothing() throws Exception {
    byte[] device = Files.readAllBytes(image.file());
    Random random = new Random(20261101);
    for (int round = 0; round < 200; round++) {
      byte[] changed = device.clone();
      int at = random.nextInt(HEADER_SIZE);
      int bit = 1 << random.nextInt(8);
      changed[at] ^= (byte) bit;
      changed[HEADER_SIZE + at] ^= (byte) bit;
      Files.write(image.file(), Arrays.copyOf(changed, 2 << 20));
      if (at >= 448 + 32 && at < 448 + 64) {
        assertThat(image.header().pin()).isEqualTo(pin);
      } else {
        refused(Problem.NO_VALID_COPY);
      }
    }
  }

  @Test
  void aFileThatIsNotThereIsAnInputError() {
    assertThat(
            catchThrowableOfType(
                NoSuchFileException.class, () -> LuksHeader.read(folder.resolve("nothing"))))
        .isNotNull();
  }

  @Test
  void theWrittenCopyOpensTheVolumeAndIsForItsOwnerOnly() throws Exception {
    Path copy = folder.resolve("volume.header");
    image.header().writeCopy(copy);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
    assertThat(opens(copy)).isTrue();
    assertThat(LuksHeader.read(copy).pin()).isEqualTo(pin);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  /** must-fail 36: the device is rewritten between reading and opening. */
  @Test
  void aHeaderChangedAfterReadingDoesNotReachTheCopy() throws Exception {
    LuksHeader read = image.header();
    image.forgeJson(
        json -> json.replaceFirst("(\"segments\".*\"encryption\":\")[^\"]*", "$1cipher_null-ecb"));
    Path copy = folder.resolve("volume.header");
    read.writeCopy(copy);
    assertThat(LuksHeader.read(copy).pin()).isEqualTo(pin);
    assertThat(opens(copy)).isTrue();
  }

  @Test
  void aChecksumBySha512IsRead() throws Exception {
    image.forge(0, LuksImage.checksumName("sha512")).forge(1, LuksImage.checksumName("sha512"));
    assertThat(image.header().notes()).isEmpty();
    assertThat(image.header().pin()).isEqualTo(pin);
  }

  @Test
  void anOlderCopyIsNotWritten() throws Exception {
    image.forge(1, bytes -> LuksImage.seqid(99).apply(withCipher(bytes, "serpent-xts-plain64")));
    Path copy = folder.resolve("volume.header");
    image.header().writeCopy(copy);
    assertThat(Arrays.copyOf(Files.readAllBytes(copy), HEADER_SIZE)).containsOnly(0);
    assertThat(LuksHeader.read(copy).pin()).isEqualTo(image.header().pin());
  }

  @Test
  void aCopyThatOnlyCryptsetupFindsValidIsNotWritten() throws Exception {
    image.forge(
        0,
        bytes ->
            LuksImage.checksumName("sha1")
                .apply(LuksImage.seqid(99).apply(withCipher(bytes, "serpent-xts-plain64"))));
    // Opening would let cryptsetup mend the second copy by the first, so another image is opened.
    Path mended = image.copy(folder.resolve("mended.img")).file();
    assertThat(opens(mended)).isTrue();
    assertThat(catchThrowableOfType(LuksException.class, () -> LuksHeader.read(mended)))
        .as("cryptsetup took the copy with SHA-1 and wrote it over the other")
        .isNotNull();
    assertThat(image.header().pin()).isEqualTo(pin);
    Path copy = folder.resolve("volume.header");
    image.header().writeCopy(copy);
    assertThat(Arrays.copyOf(Files.readAllBytes(copy), HEADER_SIZE)).containsOnly(0);
    assertThat(opens(copy)).isTrue();
    assertThat(LuksHeader.read(copy).pin()).isEqualTo(pin);
  }

  @Test
  void cryptsetupOpensACopyThatHoldsOnlyTheSecondHeader() throws Exception {
    image.forge(1, LuksImage.seqid(99));
    Path copy = folder.resolve("volume.header");
    image.header().writeCopy(copy);
    assertThat(Arrays.copyOf(Files.readAllBytes(copy), HEADER_SIZE)).containsOnly(0);
    assertThat(opens(copy)).isTrue();
  }

  @Test
  void writingReplacesAnOlderCopy() throws Exception {
    Path copy = Files.writeString(folder.resolve("volume.header"), "old");
    image.header().writeCopy(copy);
    assertThat(LuksHeader.read(copy).pin()).isEqualTo(pin);
  }

  /** Whether cryptsetup finds a volume key by this header; no data is read. */
  private boolean opens(Path header) throws Exception {
    return Cryptsetup.opens(image.file(), header, PASSPHRASE);
  }

  private void refused(Problem problem) {
    LuksException refusal = catchThrowableOfType(LuksException.class, () -> image.header());
    assertThat(refusal).as("refused with %s", problem).isNotNull();
    assertThat(refusal.problem()).as(refusal.getMessage()).isEqualTo(problem);
  }
}
