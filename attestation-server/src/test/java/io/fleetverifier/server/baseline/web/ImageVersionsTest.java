// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import io.fleetverifier.server.uki.BuiltImage;
import io.fleetverifier.server.uki.PeWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Versions from unified kernel images, up to the draft that a person reviews. */
@ManagementApiTest
class ImageVersionsTest {

  private static final String OCTETS = "application/octet-stream";
  private static final String ZERO = "0".repeat(64);
  private static final String MAGIC_252 = "#### LoaderInfo: systemd-stub 252.39-1~deb12u1 ####";
  private static final String MAGIC_257 = "#### LoaderInfo: systemd-stub 257.6 ####";

  /** PCR 11 of the plain image, on which systemd-measure 252 and an own calculation agreed. */
  private static final String PLAIN =
      "f760583b3dbdc87d5fcfc602055112d902b7430453098395f4ee993f39eb3b06";

  private static final String PLAIN_IN_INITRD =
      "6d3d7348054c6fb77ad1086fe52e5668205e3cc484453df7b1ba1457b948b9fd";

  @Autowired ManagementApi plane;
  @Autowired Home home;
  private ManagementApi api;
  private final String name = "b-" + UUID.randomUUID();

  @BeforeEach
  void engineerAndBaseline() {
    api = plane.as(Role.SECURITY_ENGINEER);
    baseline(name, "image");
  }

  private void baseline(String called, String aspect) {
    String body = "{\"name\":\"" + called + "\",\"aspect\":\"" + aspect + "\"}";
    assertThat(api.post("/api/v1/baselines", body).status()).isEqualTo(201);
  }

  private static PeWriter plain() {
    return plain("root=LABEL=BOOT");
  }

  private static PeWriter plain(String commandLine) {
    return new PeWriter()
        .section(".text", "code of the stub")
        .section(".linux", "KERNEL")
        .section(".osrel", "NAME=x\n")
        .section(".cmdline", commandLine)
        .section(".initrd", "INITRD")
        .section(".pcrpkey", "PUB");
  }

  private Answer upload(String parameters, PeWriter image) {
    return upload(parameters, image.toBytes());
  }

  private Answer upload(String parameters, Bytes image) {
    return api.upload(path(name) + "?label=1.4.2" + parameters, OCTETS, image);
  }

  private static String path(String baseline) {
    return "/api/v1/baselines/" + baseline + "/versions/from-image";
  }

  @Test
  void anImageBecomesADraftThatAPersonCanReview() {
    Bytes file = plain().toBytes();
    Answer made = upload("", file);

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.header("ETag")).isEqualTo("\"0\"");
    JsonNode draft = made.body();
    assertThat(draft.path("state").asString()).isEqualTo("draft");
    assertThat(draft.path("label").asString()).isEqualTo("1.4.2");
    assertThat(draft.path("values").path("11").path("").asString()).isEqualTo(PLAIN);
    assertThat(draft.path("values").path("11").path("enter-initrd").asString())
        .isEqualTo(PLAIN_IN_INITRD);
    assertThat(draft.path("values").path("12").asString()).isEqualTo(ZERO);
    assertThat(draft.path("values").path("13").asString()).isEqualTo(ZERO);
    assertThat(draft.path("values").size()).isEqualTo(3);
    JsonNode image = draft.path("image");
    assertThat(image.path("sha256").asString()).isEqualTo(file.sha256().toHex());
    assertThat(image.path("size").asInt()).isEqualTo(file.size());
    assertThat(image.path("commandLine").asString()).isEqualTo("root=LABEL=BOOT");
    assertThat(image.path("authenticode").asString()).matches("[0-9a-f]{64}");
    assertThat(image.path("sections").get(1).toString())
        .isEqualTo(
            "{\"name\":\".linux\",\"size\":6,\"sha256\":\""
                + Bytes.utf8("KERNEL").sha256().toHex()
                + "\"}");
    assertThat(draft.path("origin").asString()).isEqualTo("image");
    JsonNode stored = api.get("/api/v1/baselines/" + name + "/versions/1").body();
    assertThat(stored.path("values")).isEqualTo(draft.path("values"));
    assertThat(stored.path("image")).isEqualTo(image);
    assertThat(filesLeft()).isEmpty();
  }

  @Test
  void anImageMadeOfTheStubOfTheSystemIsTaken(@TempDir Path folder) throws Exception {
    Answer made = upload("", EvidenceFolder.bytes(BuiltImage.in(folder)));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.body().path("image").path("stub").asString()).startsWith("systemd-stub ");
    assertThat(made.body().path("image").path("commandLine").asString())
        .isEqualTo("root=LABEL=BOOT");
    if (made.text().contains("systemd-stub 252")) {
      assertThat(made.body().path("values").path("11").path("").asString()).isEqualTo(PLAIN);
    }
  }

  @Test
  void theVersionOfTheStubDecidesWhatIsMeasured() {
    String named = ",\"stub\":\"systemd-stub 252.39-1~deb12u1\"";
    Answer old = upload("", plain().section(".uname", "6.1").section(".sdmagic", MAGIC_252));
    assertThat(old.text()).contains(named);
    assertThat(old.body().path("values").path("11").path("").asString()).isEqualTo(PLAIN);
    Answer later = upload("", plain().section(".uname", "6.1").section(".sdmagic", MAGIC_257));
    assertThat(later.body().path("values").path("11").path("").asString()).isNotEqualTo(PLAIN);
    assertThat(old.body().has("alternatives")).isFalse();
    assertThat(codes(old)).doesNotContain("CHOICE");
  }

  @Test
  void whereTheFileDoesNotTellItsStubBothValuesAreOffered() {
    PeWriter untold = plain().section(".uname", "6.1");
    Answer made = upload("", untold);
    JsonNode other = made.body().path("alternatives").get(0);
    assertThat(codes(made)).contains("CHOICE");
    assertThat(made.body().path("values").path("11").path("").asString()).isNotEqualTo(PLAIN);
    assertThat(other.path("parameter").asString()).isEqualTo("stub=252");
    assertThat(other.path("values").path("").asString()).isEqualTo(PLAIN);

    Answer old = upload("&stub=252", untold);
    assertThat(old.body().path("values").path("11").path("").asString()).isEqualTo(PLAIN);
    Answer later = upload("&stub=later", untold);
    assertThat(later.body().path("values")).isEqualTo(made.body().path("values"));
    assertThat(List.of(old, later))
        .allSatisfy(answer -> assertThat(answer.body().has("alternatives")).isFalse())
        .allSatisfy(answer -> assertThat(codes(answer)).doesNotContain("CHOICE"));
  }

  @Test
  void whatTheFileTellsOfItsStubCannotBeDenied() {
    assertInvalid(upload("&stub=later", plain().section(".sdmagic", MAGIC_252)), "stub");
    assertInvalid(upload("&stub=252", plain().section(".sdmagic", MAGIC_257)), "stub");
    assertThat(upload("&stub=252", plain().section(".sdmagic", MAGIC_252)).status()).isEqualTo(201);
  }

  @Test
  void aProfileIsChosenByItsNumber() {
    PeWriter image =
        plain()
            .section(".sdmagic", MAGIC_257)
            .section(".profile", "ID=main\n")
            .section(".profile", "ID=rescue\n")
            .section(".cmdline", "root=LABEL=BOOT rd.break");
    Answer main = upload("", image);
    assertThat(codes(main)).contains("CHOICE").doesNotContain("INITRD_SHELL");
    JsonNode other = main.body().path("alternatives").get(0);
    assertThat(other.path("parameter").asString()).isEqualTo("profile=1");
    assertThat(other.path("commandLine").asString()).isEqualTo("root=LABEL=BOOT rd.break");

    Answer rescue = upload("&profile=1", image);
    assertThat(rescue.body().path("image").path("profile").asInt()).isEqualTo(1);
    assertThat(rescue.body().path("image").path("commandLine").asString()).endsWith("rd.break");
    assertThat(rescue.body().path("values").path("11")).isEqualTo(other.path("values"));
    assertThat(codes(rescue)).contains("INITRD_SHELL");
    assertInvalid(upload("&profile=2", image), "profile");
  }

  @Test
  void pcr4DependsOnHowTheDevicesStartTheImage() {
    baseline("chain-" + name, "boot-chain");
    Bytes kernel = new PeWriter().section(".text", "code of the kernel").toBytes();
    Bytes image = new PeWriter().section(".linux", kernel).section(".osrel", "x").toBytes();
    String chain = path("chain-" + name) + "?label=1";
    assertInvalid(api.upload(chain, OCTETS, image), "secureBoot");
    Answer on = api.upload(chain + "&secureBoot=on", OCTETS, image);
    Answer off = api.upload(chain + "&secureBoot=off", OCTETS, image);
    assertThat(on.status()).as(on.text()).isEqualTo(201);
    assertThat(on.body().path("values").path("4").asString())
        .isNotEqualTo(off.body().path("values").path("4").asString())
        .isNotEqualTo(ZERO);
    assertThat(codes(on)).contains("FIRMWARE_ASSUMED");
    // The kernel of the plain image is no PE image: the firmware could not load it.
    assertInvalid(api.upload(chain + "&secureBoot=off", OCTETS, plain().toBytes()), "secureBoot");
    assertThat(api.upload(chain + "&secureBoot=on", OCTETS, plain().toBytes()).status())
        .isEqualTo(201);
  }

  @Test
  void pcrsAreThoseAskedForElseThoseOfTheAspect() {
    assertThat(upload("&pcrs=12,11", plain()).body().path("values").propertyNames())
        .containsExactly("11", "12");
    baseline("other-" + name, "appliance");
    assertInvalid(
        api.upload(path("other-" + name) + "?label=1", OCTETS, plain().toBytes()), "pcrs");
    assertThat(
            api.upload(path("other-" + name) + "?label=1&pcrs=11", OCTETS, plain().toBytes())
                .status())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "&pcrs=7            | pcrs",
        "&pcrs=11,11        | pcrs",
        "&pcrs=             | pcrs",
        "&pcrs=4            | secureBoot",
        "&secureBoot=yes    | secureBoot",
        "&profile=-1        | profile",
        "&profile=256       | profile",
        "&stub=253          | stub",
      })
  void aQueryThatCannotServeIsInvalidAndItsParameterNamed(String parameters, String parameter) {
    assertInvalid(upload(parameters, plain()), parameter);
  }

  @Test
  void aVersionNeedsALabelAndABaseline() {
    assertInvalid(api.upload(path(name), OCTETS, plain().toBytes()), "label");
    assertThat(api.upload(path("nothing") + "?label=1", OCTETS, plain().toBytes()).code())
        .isEqualTo("not-found");
  }

  @Test
  void aFileThatIsNoImageIsInvalidAndLeavesNothing() {
    assertFault(upload("", Bytes.EMPTY), "UKI_NOT_PE");
    assertFault(upload("", Bytes.utf8("no image at all")), "UKI_NOT_PE");
    assertFault(upload("", new PeWriter().section(".text", "x")), "UKI_NO_KERNEL");
    assertFault(upload("", plain().section(".linux", "another")), "UKI_AMBIGUOUS");
    Bytes whole = plain().toBytes();
    assertFault(upload("", whole.slice(0, whole.size() - 513)), "UKI_SECTIONS");
    assertFault(upload("", whole.slice(0, 70)), "UKI_NOT_PE");
    assertThat(api.get("/api/v1/baselines/" + name + "/versions").body().path("items").size())
        .isZero();
    assertThat(filesLeft()).isEmpty();
  }

  @Test
  void theBodyIsAFileAndNothingElse() {
    Bytes file = plain().toBytes();
    String path = path(name) + "?label=1";
    for (String type : List.of("application/json", "multipart/form-data", "text/plain")) {
      assertThat(api.upload(path, type, file).code()).isEqualTo("unsupported-media-type");
    }
    // What "curl -X POST -T" sends: no type at all.
    assertThat(api.upload(path, null, file).status()).isEqualTo(201);
    assertThat(api.with("Content-Encoding", "gzip").upload(path, OCTETS, file).code())
        .isEqualTo("unsupported-media-type");
  }

  @Test
  void aCommandLineThatPermitsAShellIsWarnedOfByItsWord() {
    Answer made = upload("", plain("root=LABEL=BOOT rd.break\0"));
    assertThat(codes(made)).contains("INITRD_SHELL");
    assertThat(made.body().path("warnings").toString()).contains("rd.break");
    assertThat(made.body().path("image").path("commandLine").asString())
        .isEqualTo("root=LABEL=BOOT rd.break");
    assertThat(codes(upload("", plain()))).doesNotContain("INITRD_SHELL");
  }

  @Test
  void anImageWithoutTheRegistersOfItsAdditionsIsWarnedOf() {
    assertThat(codes(upload("&pcrs=11", plain()))).contains("IMAGE_WITHOUT_ADDITIONS");
    assertThat(codes(upload("", plain()))).doesNotContain("IMAGE_WITHOUT_ADDITIONS");
  }

  @Test
  void theFolderIsPrivateAndWhatAKilledServerLeftIsRemoved() throws Exception {
    upload("", plain());
    Path folder = home.root().resolve("uploads");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    Path left = Files.createFile(folder.resolve("image-left.efi"));
    Path others = Files.createFile(folder.resolve("something"));
    try {
      upload("", plain());
      assertThat(left).exists();
      FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofHours(3)));
      Files.setLastModifiedTime(left, longAgo);
      Files.setLastModifiedTime(others, longAgo);
      upload("", plain());
      assertThat(left).doesNotExist();
      assertThat(others).exists();
    } finally {
      Files.deleteIfExists(left);
      Files.delete(others);
    }
  }

  private List<String> filesLeft() {
    try (Stream<Path> files = Files.list(home.root().resolve("uploads"))) {
      return files.map(Path::toString).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> codes(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer
        .body()
        .path("warnings")
        .valueStream()
        .map(warning -> warning.path("code").asString())
        .toList();
  }

  private static void assertInvalid(Answer answer, String parameter) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("errors").get(0).path("parameter").asString())
        .as(answer.text())
        .isEqualTo(parameter);
  }

  private static void assertFault(Answer answer, String fault) {
    assertThat(answer.code()).as(answer.text()).isEqualTo("invalid");
    assertThat(answer.body().path("fault").asString()).isEqualTo(fault);
  }
}
