// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.eventlog.Span;
import io.fleetverifier.server.eventlog.UefiVariable;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.uki.PeWriter;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsClockInfo;
import io.fleetverifier.tpm.TpmuAttest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Right inputs of every form, from which the mutations start. */
final class Seeds {

  private static final String BOOT = "d-sb-on";
  private static final String B32 = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE";

  private Seeds() {}

  /** The inputs for a target; none at all is a mistake. */
  static List<Bytes> of(String target) {
    return switch (target) {
      case "tpms-attest" -> attests();
      case "tpmt-signature" -> List.of(boot("quote-ecc.sig"), boot("quote-rsa.sig"));
      case "tpmt-public" -> areas();
      case "pcr-selection" -> List.of(PcrSelection.of(HashAlg.SHA256, 0, 7, 23).encode());
      case "tpm-response" -> responses();
      case "event-log", "explanation" -> logs();
      case "device-path" -> devicePaths();
      case "signature-list" -> List.of(efiVariable("db"), efiVariable("PK"), Bytes.EMPTY);
      case "uefi-variable" -> variables();
      case "pe-image" -> List.of(image(), new PeWriter().section(".linux", image()).toBytes());
      case "ek-certificate" -> certificates();
      case "ek-chain" -> List.of(sized(boot("ek-ecc384.cert.der"), issuer()));
      case "luks-header" -> List.of(Bytes.EMPTY, Bytes.zeros(3 * 4096));
      case "luks-metadata" -> List.of(Bytes.utf8(METADATA));
      case "claims" -> List.of(Bytes.utf8(CLAIMS));
      case "bodies" ->
          Stream.of(ATTESTATION, CHALLENGE, ENROLMENT, PROOF).map(Bytes::utf8).toList();
      case "answers" -> ANSWERS.stream().map(Bytes::utf8).toList();
      case "inspect-quote" -> List.of(quoteFile());
      default -> throw new IllegalArgumentException("no seeds for " + target);
    };
  }

  private static Bytes boot(String file) {
    return EvidenceFolder.bytes(EvidenceFolder.boot(BOOT, file));
  }

  private static List<Bytes> attests() {
    TpmsAttest quote = TpmsAttest.decode(boot("quote-ecc.msg"));
    Bytes name = quote.qualifiedSigner();
    Bytes digest = Bytes.zeros(32);
    TpmsClockInfo clock = quote.clockInfo();
    List<Bytes> attests =
        new ArrayList<>(List.of(boot("quote-ecc.msg"), boot("quote-rsa-all.msg")));
    for (TpmuAttest statement :
        List.of(
            new TpmuAttest.Certify(name, name),
            new TpmuAttest.Creation(name, digest),
            new TpmuAttest.Nv(name, 0, digest),
            new TpmuAttest.Time(5, clock, 1),
            new TpmuAttest.CommandAudit(1, HashAlg.SHA256, digest, digest),
            new TpmuAttest.SessionAudit(true, digest),
            new TpmuAttest.NvDigest(name, digest))) {
      attests.add(new TpmsAttest(quote.magic(), name, Bytes.of(1), clock, 1, statement).encode());
    }
    return attests;
  }

  private static List<Bytes> areas() {
    return Stream.of("ak-ecc256", "ak-rsa2048", "ek-ecc384", "ek-rsa2048")
        .map(key -> boot(key + ".tpm2b_public").slice(2))
        .toList();
  }

  /** Answers to TPM2_PCR_Read, TPM2_ReadPublic, TPM2_GetCapability and to none. */
  private static List<Bytes> responses() {
    Bytes selection = PcrSelection.of(HashAlg.SHA256, 0, 4, 7, 11).encode();
    Bytes value = sized(Bytes.zeros(32));
    Bytes read = Bytes.concat(Bytes.u32(1), selection, Bytes.u32(4), value, value, value, value);
    Bytes area = boot("ak-ecc256.tpm2b_public");
    Bytes name = sized(boot("ak-ecc256.name"));
    Bytes properties = Bytes.concat(Bytes.of(0), Bytes.u32(6), Bytes.u32(1), Bytes.u32(0x105));
    return List.of(
        sized(response(read)),
        sized(response(Bytes.concat(area, name, name))),
        sized(response(Bytes.concat(properties, Bytes.u32(0x49465800)))),
        sized(
            response(Bytes.concat(Bytes.of(0), Bytes.u32(1), Bytes.u32(1), Bytes.u32(0x1c00002)))),
        sized(Bytes.concat(Bytes.u16(0x8001), Bytes.u32(10), Bytes.u32(0x101))));
  }

  private static Bytes response(Bytes parameters) {
    return Bytes.concat(
        Bytes.u16(0x8001), Bytes.u32(10 + parameters.size()), Bytes.u32(0), parameters);
  }

  /** Each part behind a 16-bit size. */
  private static Bytes sized(Bytes... parts) {
    return Bytes.concat(
        Arrays.stream(parts)
            .flatMap(part -> Stream.of(Bytes.u16(part.size()), part))
            .toArray(Bytes[]::new));
  }

  private static List<Bytes> logs() {
    Bytes variable = variables().getFirst();
    Bytes agile =
        new LogWriter()
            .specId(LogHash.SHA256)
            .measured(0, EventType.S_CRTM_VERSION, Bytes.of(1, 0))
            .measured(7, EventType.EFI_VARIABLE_DRIVER_CONFIG, variable)
            .separator(7)
            .measured(7, EventType.EFI_VARIABLE_AUTHORITY, variable)
            .measured(
                4, EventType.EFI_ACTION, Bytes.utf8("Calling EFI Application from Boot Option"))
            .measured(8, EventType.IPL, Bytes.utf8("grub_cmd: linux /vmlinuz"))
            .measured(5, EventType.EFI_ACTION, Bytes.utf8("Exit Boot Services Invocation"))
            .toBytes();
    Bytes sha1 =
        new LogWriter()
            .sha1(4, EventType.SEPARATOR.id(), Bytes.zeros(20), Bytes.zeros(4))
            .toBytes();
    return List.of(agile, sha1, boot("binary_bios_measurements"));
  }

  private static List<Bytes> devicePaths() {
    Bytes end = Bytes.of(0x7f, 0xff, 4, 0);
    Bytes file = Bytes.of(4, 4, 10, 0, '\\', 0, 'A', 0, 0, 0);
    return List.of(Bytes.EMPTY, end, Bytes.concat(file, end));
  }

  /** An attribute word stands before the variable in the file that Linux shows. */
  private static Bytes efiVariable(String name) {
    return boot("efivar-" + name + ".bin").slice(4);
  }

  /** The variables that the recorded log holds. */
  private static List<Bytes> variables() {
    return EventLog.parse(boot("binary_bios_measurements")).events().stream()
        .filter(event -> event.isOf(EventType.EFI_VARIABLE_DRIVER_CONFIG))
        .map(event -> event.data().toBytes())
        .filter(data -> UefiVariable.decode(Span.of(data)).data().size() < 4096)
        .toList();
  }

  private static Bytes image() {
    return new PeWriter()
        .section(".text", "stub")
        .section(".sdmagic", "#### LoaderInfo: systemd-stub 256 ####")
        .section(".linux", "KERNEL")
        .section(".cmdline", "root=LABEL=BOOT")
        .section(".profile", "ID=one")
        .section(".initrd", "INITRD")
        .toBytes();
  }

  private static List<Bytes> certificates() {
    Bytes der = boot("ek-ecc384.cert.der");
    Bytes wrapper =
        Bytes.concat(Bytes.of(0x10, 1, 0), Bytes.u16(der.size() + 2), Bytes.of(0x10, 2), der);
    return List.of(
        der,
        boot("ek-rsa2048.cert.der"),
        boot("platform.cert.der"),
        Bytes.concat(der, Bytes.zeros(8)),
        wrapper);
  }

  private static Bytes issuer() {
    String pem = EvidenceFolder.text(EvidenceFolder.boot(BOOT, "ca-issuer.pem"));
    String base64 = pem.replaceAll("-----[^-]*-----", "");
    return Bytes.copyOf(Base64.getMimeDecoder().decode(base64));
  }

  private static Bytes quoteFile() {
    return Bytes.utf8(
        """
        {"attest":"%s","signature":"%s","akPublicTpmt":"%s","nonce":"%s",
        "pcrs":{"sha256":{"0":"%s"}}}\
        """
            .formatted(
                base64(boot("quote-ecc.msg")),
                base64(boot("quote-ecc.sig")),
                base64(areas().getFirst()),
                EvidenceFolder.text(EvidenceFolder.boot(BOOT, "nonce.hex")).trim(),
                Bytes.zeros(32).toHex()));
  }

  private static String base64(Bytes octets) {
    return Base64.getEncoder().encodeToString(octets.toArray());
  }

  private static final String METADATA =
      """
      {"keyslots":{"0":{"type":"luks2","area":{"type":"raw","encryption":"aes-xts-plain64"}}},\
      "tokens":{},"segments":{"0":{"type":"crypt","offset":"2097152","size":"dynamic",\
      "encryption":"aes-xts-plain64","sector_size":4096}},"digests":{"0":{"type":"pbkdf2",\
      "keyslots":["0"],"segments":["0"],"iterations":1000}},"config":{"json_size":"12288",\
      "keyslots_size":"4096","requirements":{"mandatory":["zz"]}}}\
      """;

  private static final String CLAIMS =
      """
      {"protocol":1,"purpose":"unlock","wanted":["root"],"releaseKey":"%s","bank":"sha256",\
      "logs":[{"type":"tcg-boot","sha256":"%s"}],"volumes":[{"name":"root","pin":"%s"}],\
      "client":"test 1","answerKeys":["%s"],"audience":"x","nonce":"AA"}\
      """
          .formatted(Bytes.zeros(65).toBase64Url(), B32, B32, B32);

  private static final String ATTESTATION =
      """
      {"protocol":1,"token":"AA","claims":"e30","quote":"AA","signature":"AA",\
      "pcrValues":{"0":"%s","11":"%s"},"logs":[{"type":"tcg-boot","data":"AAAA"}]}\
      """
          .formatted(B32, B32);

  private static final String CHALLENGE =
      """
      {"protocol":1,"akName":"%s","purpose":"report","wanted":[]}\
      """
          .formatted(Bytes.zeros(34).toBase64Url());

  private static final String ENROLMENT =
      """
      {"protocol":1,"name":"shop-17","joinToken":"fvj_x","ak":"AA",\
      "eks":[{"area":"AA","certificate":"AA"}],"intermediates":["AA"]}\
      """;

  private static final String PROOF =
      """
      {"protocol":1,"token":"AA","proof":"%s"}\
      """
          .formatted(B32);

  private static final List<String> ANSWERS =
      List.of(
          """
          {"protocol":1,"verdict":"untrusted","reasons":["PCR_MISMATCH"],\
          "nextAttestationAfter":60,"rebootAfter":5}\
          """,
          "{\"protocol\":1,\"token\":\"AA\",\"expiresIn\":60}",
          """
          {"protocol":1,"token":"AA","expiresIn":60,"activations":[{"ekName":"%s",\
          "credentialBlob":"AA","encryptedSecret":"AA"}]}\
          """
              .formatted(Bytes.zeros(34).toBase64Url()),
          """
          {"protocol":1,"deviceId":"6d2c6a0c-58f0-4c6a-9c5b-0d3e4b8f7a11","state":"enrolled",\
          "ekCode":"AAAA-BBBB-CCCC-DDDD"}\
          """,
          """
          {"type":"about:blank","title":"x","status":400,"code":"malformed","detail":"x",\
          "requestId":"x","retryable":false,"protocols":[1]}\
          """,
          """
          {"form":1,"deviceId":"6d2c6a0c-58f0-4c6a-9c5b-0d3e4b8f7a11","ekTemplate":"L-2",\
          "ekName":"%s","bank":"sha256","pcrs":[7,11],"objectPublic":"AA","duplicate":"AA",\
          "inSymSeed":"AA","oneTimeKey":"%s","secrets":[{"volume":"root",\
          "id":"6d2c6a0c-58f0-4c6a-9c5b-0d3e4b8f7a11","version":1,"ciphertext":"%s"}]}\
          """
              .formatted(
                  Bytes.zeros(34).toBase64Url(),
                  Bytes.zeros(65).toBase64Url(),
                  Bytes.zeros(48).toBase64Url()));
}
