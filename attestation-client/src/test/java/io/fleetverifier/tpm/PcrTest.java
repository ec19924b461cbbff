// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** PCR selections, values and extends. */
class PcrTest {

  private static final Bytes A = Bytes.utf8("a").sha256();
  private static final Bytes B = Bytes.utf8("b").sha256();
  private static final Bytes C = Bytes.utf8("c").sha256();

  @Test
  void pcrNumberIsBitModEightOfOctetDivEight() {
    assertThat(PcrSelection.of(HashAlg.SHA256).encode().toHex()).isEqualTo("00000001000b03000000");
    assertThat(PcrSelection.of(HashAlg.SHA256, 0).encode().toHex())
        .isEqualTo("00000001000b03010000");
    assertThat(PcrSelection.of(HashAlg.SHA256, 7).encode().toHex())
        .isEqualTo("00000001000b03800000");
    assertThat(PcrSelection.of(HashAlg.SHA384, 8).encode().toHex())
        .isEqualTo("00000001000c03000100");
    assertThat(PcrSelection.of(HashAlg.SHA1, 23, 16).encode().toHex())
        .isEqualTo("00000001000403000081");
  }

  @Test
  void theSelectedPcrsAscend() {
    PcrSelection selection = PcrSelection.of(HashAlg.SHA256, List.of(15, 0, 7, 7));
    assertThat(selection.pcrs(HashAlg.SHA256)).containsExactly(0, 7, 15);
    assertThat(selection.pcrs(HashAlg.SHA384)).isEmpty();
  }

  @Test
  void aPcrThatDoesNotExistCannotBeSelected() {
    assertThatIllegalArgumentException().isThrownBy(() -> PcrSelection.of(HashAlg.SHA256, 24));
    assertThatIllegalArgumentException().isThrownBy(() -> PcrSelection.of(HashAlg.SHA256, -1));
  }

  @Test
  void theOrderOfBanksIsKeptAndPartOfEquality() {
    PcrSelection.Bank sha1 = new PcrSelection.Bank(HashAlg.SHA1, Bytes.of(1, 0, 0));
    PcrSelection.Bank sha256 = new PcrSelection.Bank(HashAlg.SHA256, Bytes.of(1, 0, 0));
    PcrSelection one = new PcrSelection(List.of(sha1, sha256));
    assertThat(PcrSelection.decode(one.encode())).isEqualTo(one);
    assertThat(one).isNotEqualTo(new PcrSelection(List.of(sha256, sha1)));
  }

  @Test
  void aWiderBitmapIsAnotherSelection() {
    PcrSelection wide = PcrSelection.decode(Bytes.fromHex("00000001000b0401000000"));
    assertThat(wide.pcrs(HashAlg.SHA256)).containsExactly(0);
    assertThat(wide).isNotEqualTo(PcrSelection.of(HashAlg.SHA256, 0));
  }

  @Test
  void brokenSelectionsAreRefused() {
    assertRefused("ffffffff", "pcrSelect.count");
    assertRefused("00000011", "pcrSelect.count");
    assertRefused("00000001" + "0010" + "03000000", "pcrSelect.hash");
    assertRefused("00000001" + "0012" + "03000000", "pcrSelect.hash");
    assertRefused("00000001" + "000b" + "00", "pcrSelect.sizeofSelect");
    assertRefused("00000001" + "000b" + "050000000000", "pcrSelect.sizeofSelect");
    assertRefused("00000001" + "000b" + "ff000000", "pcrSelect.sizeofSelect");
    assertRefused("00000001" + "000b" + "030000", "pcrSelect.pcrSelect");
    assertRefused("00000002" + "000b03010000" + "000b03020000", "pcrSelect.hash");
  }

  private static void assertRefused(String hex, String field) {
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> PcrSelection.decode(Bytes.fromHex(hex)))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void brokenSelectionsCannotBeMade() {
    PcrSelection.Bank bank = new PcrSelection.Bank(HashAlg.SHA256, Bytes.of(1, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new PcrSelection(List.of(bank, bank)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PcrSelection.Bank(HashAlg.SHA256, Bytes.EMPTY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PcrSelection.Bank(HashAlg.SHA256, Bytes.zeros(5)));
  }

  @Test
  void anExtendHashesTheOldValueBeforeTheDigest() {
    assertThat(Pcr.extend(HashAlg.SHA256, A, B)).isEqualTo(Bytes.concat(A, B).sha256());
    assertThat(Pcr.extend(HashAlg.SHA1, Pcr.zero(HashAlg.SHA1), Bytes.zeros(20)).toHex())
        .isEqualTo("b80de5d138758541c5f05265ad144ab9fa86d1db");
  }

  @Test
  void anExtendOfAnotherSizeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pcr.extend(HashAlg.SHA256, A, Bytes.zeros(20)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pcr.extend(HashAlg.SHA1, A, Bytes.zeros(20)));
  }

  @Test
  void theDigestRunsOverTheValuesByAscendingIndex() {
    PcrValues values = PcrValues.of(HashAlg.SHA256, Map.of(11, C, 0, A, 7, B));
    assertThat(values.digest(HashAlg.SHA256)).isEqualTo(Bytes.concat(A, B, C).sha256());
    assertThat(values.digest(HashAlg.SHA384)).isEqualTo(HashAlg.SHA384.digest(A, B, C));
    assertThat(values.selection()).isEqualTo(PcrSelection.of(HashAlg.SHA256, 0, 7, 11));
  }

  @Test
  void aForeignOrderOfTheGivenMapIsNotTakenOver() {
    TreeMap<Integer, Bytes> descending = new TreeMap<>(Comparator.reverseOrder());
    descending.put(0, A);
    descending.put(7, B);
    PcrValues values = new PcrValues(HashAlg.SHA256, descending);
    assertThat(values.digest(HashAlg.SHA256)).isEqualTo(Bytes.concat(A, B).sha256());
    assertThat(values.values()).containsOnlyKeys(0, 7);
  }

  @Test
  void laterChangesOfTheGivenMapAreNotSeen() {
    TreeMap<Integer, Bytes> given = new TreeMap<>(Map.of(0, A));
    PcrValues values = new PcrValues(HashAlg.SHA256, given);
    given.put(7, B);
    assertThat(values.get(7)).isEmpty();
    assertThat(values.get(0)).contains(A);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> values.values().put(7, B));
  }

  @Test
  void aValueOfAnotherBankOrOfNoPcrIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PcrValues.of(HashAlg.SHA256, Map.of(0, Bytes.zeros(20))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PcrValues.of(HashAlg.SHA256, Map.of(24, A)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PcrValues.of(HashAlg.SHA256, Map.of(-1, A)));
  }

  @Test
  void aSubsetNeverLeavesOutWhatIsMissing() {
    PcrValues values = PcrValues.of(HashAlg.SHA256, Map.of(0, A, 7, B));
    assertThat(values.subset(List.of(7))).isEqualTo(PcrValues.of(HashAlg.SHA256, Map.of(7, B)));
    assertThatIllegalArgumentException().isThrownBy(() -> values.subset(List.of(7, 11)));
  }
}
