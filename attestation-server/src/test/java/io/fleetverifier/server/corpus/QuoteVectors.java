// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.corpus.Vector.Report;
import io.fleetverifier.server.corpus.Vector.Stage;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.tpm.AkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmaObject;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsClockInfo;
import io.fleetverifier.tpm.TpmsQuoteInfo;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.TpmuAttest;
import io.fleetverifier.tpm.TpmuPublicId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Quotes. The verifier asked for the SHA-256 PCRs 0 to 7 and 11 with the nonce {@code 01 02 … 20}
 * (hexadecimal); what is signed anew is signed by the corpus' own key.
 */
final class QuoteVectors {

  private static final CorpusKey KEY = CorpusKey.of("negative corpus: attestation key");
  private static final List<Integer> ASKED = List.of(0, 1, 2, 3, 4, 5, 6, 7, 11);
  private static final Bytes NONCE = nonce();
  private static final TpmtPublic AREA =
      AkTemplate.P256.template().withUnique(new TpmuPublicId.Ecc(KEY.x(), KEY.y()));
  private static final TpmsClockInfo CLOCK = new TpmsClockInfo(123_456, 7, 1, true);
  private static final long FIRMWARE = 0x0007_0002_0001_0000L;
  private static final Report UNREADABLE = Report.undecodable("QUOTE_UNREADABLE");

  private final List<Vector> vectors = new ArrayList<>();

  private QuoteVectors() {}

  static List<Vector> all() {
    QuoteVectors made = new QuoteVectors();
    made.controls();
    made.statements();
    made.nonces();
    made.selections();
    made.signatures();
    made.keys();
    made.encodings();
    return made.vectors;
  }

  /** A file under construction: what each member will be. */
  private static final class File {
    private Bytes attest = Bytes.EMPTY;
    private Bytes signature = Bytes.EMPTY;
    private Bytes area = AREA.encode();
    private Bytes nonce = NONCE;
    private Map<Integer, Bytes> pcrs = values();

    File attest(Bytes octets) {
      attest = octets;
      return this;
    }

    File signature(Bytes octets) {
      signature = octets;
      return this;
    }

    File area(Bytes octets) {
      area = octets;
      return this;
    }

    File nonce(Bytes octets) {
      nonce = octets;
      return this;
    }

    File pcrs(Map<Integer, Bytes> values) {
      pcrs = values;
      return this;
    }

    Map<String, Bytes> files() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("attest", base64(attest));
      json.put("signature", base64(signature));
      json.put("akPublicTpmt", base64(area));
      json.put("nonce", nonce.toHex());
      Map<String, String> values = new LinkedHashMap<>();
      pcrs.forEach((pcr, value) -> values.put(pcr.toString(), value.toHex()));
      json.put("pcrs", Map.of("sha256", values));
      return Map.of("json", Bytes.utf8(JsonMapper.shared().writeValueAsString(json) + "\n"));
    }
  }

  private static Bytes nonce() {
    byte[] octets = new byte[32];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i + 1);
    }
    return Bytes.copyOf(octets);
  }

  private static Map<Integer, Bytes> values() {
    Map<Integer, Bytes> values = new TreeMap<>();
    ASKED.forEach(pcr -> values.put(pcr, Bytes.utf8("negative corpus: PCR " + pcr).sha256()));
    return values;
  }

  private static Bytes digest(HashAlg hash, Map<Integer, Bytes> values) {
    return hash.digest(values.values().toArray(Bytes[]::new));
  }

  private static TpmuAttest right() {
    return new TpmsQuoteInfo(
        PcrSelection.of(HashAlg.SHA256, ASKED), digest(HashAlg.SHA256, values()));
  }

  private static Bytes attest(TpmuAttest statement) {
    return attest(TpmsAttest.TPM_GENERATED, NONCE, statement);
  }

  private static Bytes attest(long magic, Bytes extraData, TpmuAttest statement) {
    Bytes signer = Bytes.concat(Bytes.u16(0x000b), AREA.encode().sha256());
    return new TpmsAttest(magic, signer, extraData, CLOCK, FIRMWARE, statement).encode();
  }

  private static File signed(Bytes attest) {
    return signed(attest, HashAlg.SHA256);
  }

  private static File signed(Bytes attest, HashAlg hash) {
    BigInteger[] pair = KEY.sign(hash.digest(attest));
    TpmtSignature signature =
        new TpmtSignature.Ecdsa(hash, CorpusKey.fixed(pair[0]), CorpusKey.fixed(pair[1]));
    return new File().attest(attest).signature(signature.encode());
  }

  private static String base64(Bytes octets) {
    return Base64.getEncoder().encodeToString(octets.toArray());
  }

  private void control(String name, String madeBy, File file) {
    Report report = Report.of("verdict", "verified", "type", "quote", "pcrDigestMatches", "true");
    vectors.add(Vector.control("quote/" + name, madeBy, file.files(), report));
  }

  private void refused(
      String name, Stage stage, int row, String madeBy, File file, Report inspect) {
    vectors.add(
        Vector.refused("quote/" + name, stage, List.of(row), madeBy, file.files(), inspect));
  }

  private static Report refusal(String code) {
    return Report.of("verdict", "refused", "code", code);
  }

  private static Report verified() {
    return Report.of("verdict", "verified");
  }

  private void controls() {
    control("control", "a right quote, signed by the corpus' key", signed(attest(right())));
    control(
        "control-recorded-rsa",
        "recorded from a software TPM, RSASSA, nonce and registers of that boot",
        recorded("rsa2048", "quote-rsa"));
  }

  private static File recorded(String key, String quote) {
    Map<Integer, Bytes> values = new TreeMap<>();
    Bytes attest = boot(quote + ".msg");
    List<Integer> quoted =
        TpmsAttest.decode(attest).quote().orElseThrow().pcrSelect().pcrs(HashAlg.SHA256);
    EvidenceFolder.text(EvidenceFolder.boot("a-baseline", "pcrs-sha256.txt"))
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(cells -> quoted.contains(Integer.valueOf(cells[0])))
        .forEach(cells -> values.put(Integer.valueOf(cells[0]), Bytes.fromHex(cells[1])));
    String nonce = EvidenceFolder.text(EvidenceFolder.boot("a-baseline", "nonce.hex")).trim();
    return new File()
        .attest(attest)
        .signature(boot(quote + ".sig"))
        .area(boot("ak-" + key + ".tpm2b_public").slice(2))
        .nonce(Bytes.fromHex(nonce))
        .pcrs(values);
  }

  private static Bytes boot(String file) {
    return EvidenceFolder.bytes(EvidenceFolder.boot("a-baseline", file));
  }

  private void statements() {
    refused(
        "magic",
        Stage.STATEMENT,
        13,
        "magic FF544348 in place of FF544347, signed all the same",
        signed(attest(0xff544348L, NONCE, right())),
        refusal("NOT_MADE_BY_A_TPM"));
    Bytes name = TpmName.of(AREA).value();
    Map<String, TpmuAttest> others = new LinkedHashMap<>();
    others.put("certify", new TpmuAttest.Certify(name, name));
    others.put("nv", new TpmuAttest.Nv(name, 0, digest(HashAlg.SHA256, values())));
    others.put("time", new TpmuAttest.Time(5, CLOCK, FIRMWARE));
    others.put("sessionAudit", new TpmuAttest.SessionAudit(true, Bytes.zeros(32)));
    others.forEach((type, statement) ->
        refused(
            "type-" + type.toLowerCase(Locale.ROOT),
            Stage.STATEMENT,
            14,
            "another statement of the same key, nonce and clock in place of a quote",
            signed(attest(statement)),
            Report.of("verdict", "verified", "type", type)));
    Bytes quote = attest(right());
    refused(
        "type-relabelled",
        Stage.DECODE,
        14,
        "the body of a quote under the type of a certification, signed",
        signed(Bytes.concat(quote.slice(0, 4), Bytes.u16(0x8017), quote.slice(6))),
        UNREADABLE);
  }

  private void nonces() {
    Map<String, Bytes> nonces = new LinkedHashMap<>();
    nonces.put("nonce-empty", Bytes.EMPTY);
    nonces.put("nonce-prefix", NONCE.slice(0, 16));
    nonces.put("nonce-longer", Bytes.concat(NONCE, Bytes.of(0)));
    nonces.put("nonce-one-bit", Bytes.concat(NONCE.slice(0, 31), Bytes.of(NONCE.at(31) ^ 1)));
    nonces.forEach((name, nonce) ->
        refused(
            name,
            Stage.NONCE,
            2,
            "extraData is not the nonce: " + name.substring(6).replace('-', ' '),
            signed(attest(TpmsAttest.TPM_GENERATED, nonce, right())),
            refusal("NONCE_DIFFERS")));
  }

  private void selections() {
    Map<Integer, Bytes> debug = new TreeMap<>(Map.of(16, Bytes.zeros(32), 23, Bytes.zeros(32)));
    refused(
        "selection-debug-registers",
        Stage.SELECTION,
        15,
        "a right quote over PCR 16 and 23, which anybody can reset, beside the asked values",
        signed(
            attest(
                new TpmsQuoteInfo(
                    PcrSelection.of(HashAlg.SHA256, debug.keySet()),
                    digest(HashAlg.SHA256, debug)))),
        refusal("PCR_DIGEST_DIFFERS"));
    refused(
        "selection-empty",
        Stage.SELECTION,
        15,
        "a quote over nothing, with the digest of nothing, beside the asked values",
        signed(attest(new TpmsQuoteInfo(new PcrSelection(List.of()), HashAlg.SHA256.digest()))),
        verified().finding("VALUES_NOT_QUOTED"));
    Map<Integer, Bytes> fewer = values();
    fewer.remove(7);
    refused(
        "selection-one-less",
        Stage.SELECTION,
        16,
        "PCR 7 is not quoted, its value comes along all the same",
        signed(
            attest(
                new TpmsQuoteInfo(
                    PcrSelection.of(HashAlg.SHA256, fewer.keySet()),
                    digest(HashAlg.SHA256, fewer)))),
        verified().finding("VALUES_NOT_QUOTED"));
    refused(
        "selection-changed-under-the-digest",
        Stage.DIGEST,
        15,
        "bitmap of PCR 8 to 16 over the digest of the asked values",
        signed(
            attest(
                new TpmsQuoteInfo(
                    PcrSelection.of(HashAlg.SHA256, 8, 9, 10, 11, 12, 13, 14, 15, 16),
                    digest(HashAlg.SHA256, values())))),
        refusal("PCR_DIGEST_DIFFERS"));
    Map<Integer, Bytes> other = values();
    other.put(4, Bytes.zeros(32));
    refused(
        "value-changed",
        Stage.DIGEST,
        16,
        "a right quote with another value of PCR 4 beside it",
        signed(attest(right())).pcrs(other),
        refusal("PCR_DIGEST_DIFFERS"));
    refused(
        "digest-of-another-hash",
        Stage.DIGEST,
        17,
        "the digest over the values is SHA-1, the signature SHA-256",
        signed(
            attest(
                new TpmsQuoteInfo(
                    PcrSelection.of(HashAlg.SHA256, ASKED), digest(HashAlg.SHA1, values())))),
        refusal("PCR_DIGEST_DIFFERS"));
    refused(
        "bank-twice",
        Stage.DECODE,
        17,
        "the SHA-256 bank stands in the selection twice",
        signed(spliced(2, "000b03ff0800000b03ff0800")),
        UNREADABLE);
    refused(
        "banks-without-end",
        Stage.DECODE,
        30,
        "a selection of 4294967295 banks",
        signed(spliced(0xffffffffL, "000b03ff0800")),
        UNREADABLE);
    refused(
        "bitmap-of-five-octets",
        Stage.DECODE,
        15,
        "a bitmap longer than any TPM has",
        signed(spliced(1, "000b05ff08000000")),
        UNREADABLE);
  }

  /** A right quote with another list of banks in it. */
  private static Bytes spliced(long count, String banks) {
    Bytes quote = attest(right());
    int selection = quote.size() - 34 - 10;
    return Bytes.concat(
        quote.slice(0, selection),
        Bytes.u32(count),
        Bytes.fromHex(banks),
        quote.slice(quote.size() - 34));
  }

  private void signatures() {
    Bytes attest = attest(right());
    Bytes ecdsa = signed(attest).signature;
    refused(
        "signature-one-bit",
        Stage.SIGNATURE,
        20,
        "the last bit of s",
        new File().attest(attest).signature(flipped(ecdsa, ecdsa.size() - 1)),
        refusal("SIGNATURE_WRONG"));
    refused(
        "attest-one-bit",
        Stage.SIGNATURE,
        20,
        "the last bit of the digest over the registers",
        new File().attest(flipped(attest, attest.size() - 1)).signature(ecdsa),
        refusal("SIGNATURE_WRONG"));
    refused(
        "signature-sha1",
        Stage.POLICY,
        19,
        "right in itself, but signed over a SHA-1 digest that the key's scheme does not have",
        signed(
            attest(
                new TpmsQuoteInfo(
                    PcrSelection.of(HashAlg.SHA256, ASKED), digest(HashAlg.SHA1, values()))),
            HashAlg.SHA1),
        refusal("SCHEME_NOT_OF_KEY").finding("WEAK_HASH"));
    File recorded = recorded("rsa2048", "quote-rsa");
    refused(
        "rsapss-for-rsassa",
        Stage.KEY,
        19,
        "a recorded RSASSA signature labelled RSAPSS",
        recorded.signature(Bytes.concat(Bytes.u16(0x0016), recorded.signature.slice(2))),
        refusal("SCHEME_NOT_OF_KEY"));
    refused(
        "key-of-another-kind",
        Stage.KEY,
        19,
        "a recorded RSA quote with the area of an ECC key",
        recorded("rsa2048", "quote-rsa").area(AREA.encode()),
        refusal("SCHEME_NOT_OF_KEY"));
    Map<String, String> numbers = new LinkedHashMap<>();
    numbers.put("ecdsa-r-zero", "0000");
    numbers.put("ecdsa-r-order", "0020" + CorpusKey.order().toHex());
    numbers.forEach((name, r) ->
        refused(
            name,
            Stage.SIGNATURE,
            19,
            "r is " + name.substring(8) + ", s as it was",
            new File()
                .attest(attest)
                .signature(Bytes.concat(ecdsa.slice(0, 4), Bytes.fromHex(r), ecdsa.slice(4 + 34))),
            refusal("SIGNATURE_WRONG")));
    Map<String, String> schemes = new LinkedHashMap<>();
    schemes.put("signature-null", "0010");
    schemes.put("signature-hmac", "0005000b" + "00".repeat(32));
    schemes.put("signature-ecdaa", "001a" + ecdsa.slice(2).toHex());
    schemes.forEach((name, octets) ->
        refused(
            name,
            Stage.DECODE,
            19,
            "a signature of the scheme " + name.substring(10),
            new File().attest(attest).signature(Bytes.fromHex(octets)),
            UNREADABLE));
  }

  private void keys() {
    File right = signed(attest(right()));
    TpmtPublic unrestricted =
        new TpmtPublic(
            AREA.nameAlg(),
            new TpmaObject(AREA.attributes().bits() & ~TpmaObject.RESTRICTED),
            AREA.authPolicy(),
            AREA.parameters(),
            AREA.unique());
    refused(
        "key-not-restricted",
        Stage.KEY,
        11,
        "the same key without the attribute restricted: it signs whatever it is given",
        signed(attest(right())).area(unrestricted.encode()),
        verified().finding("KEY_NOT_RESTRICTED"));
    Bytes y = Bytes.concat(KEY.y().slice(0, 31), Bytes.of(KEY.y().at(31) ^ 1));
    refused(
        "key-off-the-curve",
        Stage.KEY,
        12,
        "the last bit of y",
        signed(attest(right())).area(AREA.withUnique(new TpmuPublicId.Ecc(KEY.x(), y)).encode()),
        refusal("KEY_WEAK"));
    Bytes area = AREA.encode();
    refused(
        "key-on-another-curve",
        Stage.DECODE,
        12,
        "the curve P-224 under a point of P-256",
        signed(attest(right())).area(Bytes.fromHex(area.toHex().replace("000b0003", "000b0002"))),
        UNREADABLE);
    refused(
        "key-with-a-reserved-attribute",
        Stage.DECODE,
        11,
        "bit 0 of the attributes is set",
        right.area(Bytes.concat(area.slice(0, 7), Bytes.of(area.at(7) | 1), area.slice(8))),
        UNREADABLE);
  }

  private void encodings() {
    Bytes attest = attest(right());
    Bytes signature = signed(attest).signature;
    Bytes zero = Bytes.of(0);
    refused(
        "attest-with-an-octet-behind",
        Stage.DECODE,
        19,
        "one octet 00 behind the structure, signed along with it",
        signed(Bytes.concat(attest, zero)),
        UNREADABLE);
    refused(
        "signature-with-an-octet-behind",
        Stage.DECODE,
        19,
        "one octet 00 behind the signature",
        new File().attest(attest).signature(Bytes.concat(signature, zero)),
        UNREADABLE);
    refused(
        "area-with-an-octet-behind",
        Stage.DECODE,
        19,
        "one octet 00 behind the public area",
        signed(attest).area(Bytes.concat(AREA.encode(), zero)),
        UNREADABLE);
    refused(
        "attest-with-its-outer-size",
        Stage.DECODE,
        19,
        "TPM2B_ATTEST where TPMS_ATTEST is meant",
        new File().attest(Bytes.concat(Bytes.u16(attest.size()), attest)).signature(signature),
        UNREADABLE);
    int safe = 4 + 2 + 2 + 34 + 2 + 32 + 8 + 4 + 4;
    refused(
        "safe-is-two",
        Stage.DECODE,
        21,
        "TPMI_YES_NO of the clock is 02, signed",
        signed(Bytes.concat(attest.slice(0, safe), Bytes.of(2), attest.slice(safe + 1))),
        UNREADABLE);
    refused(
        "size-beyond-the-end",
        Stage.DECODE,
        30,
        "the qualified signer claims 65535 octets, ten are there",
        new File()
            .attest(Bytes.concat(attest.slice(0, 6), Bytes.u16(0xffff), Bytes.zeros(10)))
            .signature(signature),
        UNREADABLE);
    String nested = "[".repeat(2000) + "]".repeat(2000);
    vectors.add(
        Vector.refused(
            "quote/nested-json",
            Stage.DECODE,
            List.of(30),
            "a member nested two thousand deep",
            Map.of("json", Bytes.utf8("{\"attest\":" + nested + "}\n")),
            UNREADABLE));
  }

  private static Bytes flipped(Bytes octets, int at) {
    return Bytes.concat(octets.slice(0, at), Bytes.of(octets.at(at) ^ 1), octets.slice(at + 1));
  }
}
