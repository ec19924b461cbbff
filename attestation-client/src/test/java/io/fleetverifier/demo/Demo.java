// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.demo.Attacker.Recorded;
import io.fleetverifier.demo.DemoServer.Answer;
import io.fleetverifier.tpm.EkTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** {@code ./run demo}: see package-info. */
public final class Demo {
  private static final String MARK = ".fleet-verifier-demo";
  private static final int PENDING_OR_REFUSED = 10;
  private static final int UNTRUSTED = 11;

  private final Story story;
  private final Path folder;
  private final DemoServer server;
  private final DemoDevice shop;
  private final DemoDevice popUp;
  private final Volume volume;

  private Demo(Story story, Path folder, DemoServer server, DemoDevice shop, DemoDevice popUp) {
    this.story = story;
    this.folder = folder;
    this.server = server;
    this.shop = shop;
    this.popUp = popUp;
    this.volume = new Volume(shop.volume());
  }

  /**
   * Tells the story.
   *
   * @param args Java home, the server's jar, the device program's class path, and maybe {@code
   *     --exit}
   */
  public static void main(String[] args) throws Exception {
    boolean exit = Arrays.asList(args).contains("--exit");
    Path java = Path.of(args[0]);
    Path folder = freshFolder();
    Story story = new Story(System.out);
    story.title(
        "Fleet Verifier: a disk secret only for the TPM, the measured boot and the moment that earned it");
    story.chapter("A server with its own database starts, over HTTPS");
    story.command("./run server --fv.home=" + folder.resolve("server"));
    List<String> program =
        List.of(
            java.resolve("bin/java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            args[2],
            "io.fleetverifier.boot.Main");
    try (DemoServer server =
            DemoServer.start(
                java, Path.of(args[1]), Files.createDirectories(folder.resolve("server")));
        DemoDevice shop = new DemoDevice("shop-17", folder, server, program);
        DemoDevice popUp = new DemoDevice("pop-up-3", folder, server, program)) {
      story.tell(
          "It listens at "
              + server.url()
              + ", made its own CA, its keys and an administrator's token.");
      Demo demo = new Demo(story, folder, server, shop, popUp);
      demo.run();
      demo.end(exit);
    }
    System.exit(story.isRight() ? 0 : 1);
  }

  private void run() throws IOException {
    powerOn();
    refuseStrangers();
    admit();
    registerGoldenValues();
    provision();
    unlock();
    closeThePhase();
    tamper();
    swapTheDisk();
    replayAndSteal();
    revoke();
    lookAtTheFleet();
  }

  private void powerOn() throws IOException {
    story.chapter("Two devices with software TPMs go through a recorded boot");
    story.tell(
        "Firmware, Secure Boot variables, boot loader and kernel image are measured into their PCRs.");
    shop.boot(DemoDevice.GOOD_BOOT);
    popUp.boot(DemoDevice.GOOD_BOOT);
    story.command(DemoDevice.typed("doctor"));
    Program.Result doctor = shop.run("doctor");
    story.said(doctor.output() + doctor.messages());
    story.check(
        "the device shows the fingerprint of its endorsement key",
        (doctor.output() + doctor.messages()).contains(fingerprint(shop)));
  }

  private void refuseStrangers() {
    story.chapter("Nobody is admitted by default");
    Program.Result enrol = device(shop, "enrol", "--deadline", "2");
    story.check(
        "a device nobody knows is refused, and nothing of it is stored",
        enrol.status() == PENDING_OR_REFUSED
            && server.get("/api/v1/devices").body().path("items").isEmpty());
  }

  private void admit() throws IOException {
    story.chapter(
        "Operators say which TPMs are ours: one by its EK fingerprint, one by a join token");
    api("POST", "/api/v1/groups", "{\"name\":\"shops\"}");
    String registration = "{\"fingerprint\":\"" + fingerprint(shop) + "\",\"group\":\"shops\"}";
    api("POST", "/api/v1/ek-registrations", registration);
    Program.Result enrolled = device(shop, "enrol", "--deadline", "30");
    story.check(
        "the registered device is enrolled, after its TPM proved every key",
        enrolled.status() == 0);

    api("POST", "/api/v1/groups", "{\"name\":\"pop-ups\",\"acceptUnproven\":true}");
    Answer token =
        server.post("/api/v1/join-tokens", "{\"group\":\"pop-ups\",\"uses\":1,\"expiresIn\":3600}");
    Path file = folder.resolve("join-token");
    Files.writeString(file, token.text("token"));
    Program.Result joined =
        device(popUp, "enrol", "--join-token-file", file.toString(), "--deadline", "30");
    story.check("the other one joins with a token that is used up now", joined.status() == 0);
  }

  private void registerGoldenValues() {
    story.chapter("The security team registers golden values, captured from a boot it trusts");
    Program.Result early = device(shop, "provision", "root", "--deadline", "2");
    story.check(
        "without golden values nothing is trusted: NO_BASELINE",
        early.status() == UNTRUSTED && early.messages().contains("NO_BASELINE"));
    String id = deviceId(shop);
    for (String[] baseline :
        new String[][] {{"firmware", "0, 2, 7"}, {"image", "4, 9, 11, 12, 13"}}) {
      api(
          "POST",
          "/api/v1/baselines",
          "{\"name\":\"%1$s\",\"aspect\":\"%1$s\"}".formatted(baseline[0]));
      String versions = "/api/v1/baselines/" + baseline[0] + "/versions";
      Answer draft =
          api(
              "POST",
              versions,
              "{\"label\":\"1.4\",\"capture\":{\"device\":\"%s\",\"pcrs\":[%s]}}"
                  .formatted(id, baseline[1]));
      server.post(versions + "/1/publish", "{}", draft.etag());
      api(
          "PUT",
          "/api/v1/groups/shops/acceptances",
          "{\"baseline\":\"%s\",\"version\":1}".formatted(baseline[0]));
      api(
          "PUT",
          "/api/v1/groups/shops/bindings/" + baseline[0],
          "{\"purposes\":[\"provision\",\"unlock\",\"report\"]}");
    }
  }

  private void provision() throws IOException {
    story.chapter("The device gets a secret for a volume it is about to make");
    Program.Result key = device(shop, "provision", "root", "--deadline", "30");
    story.check(
        "the secret is 43 characters, sealed on its way to this TPM in this boot",
        key.status() == 0 && key.output().length() == 43);
    story.command("cryptsetup luksFormat --type luks2 --key-file - root.img");
    story.check("an encrypted volume is made with it", volume.format(key.output()));
    Path recovery = folder.resolve("recovery-key");
    Files.writeString(recovery, "a long recovery key that lies in a safe");
    story.check(
        "a recovery key stands beside it, in a keyslot of its own",
        volume.addRecoveryKey(key.output(), recovery));
    Program.Result confirmed = device(shop, "confirm", "root=" + volume.file(), "--deadline", "30");
    story.check(
        "the server pins the volume: from now on the secret is for this one only",
        confirmed.status() == 0);
  }

  private void unlock() throws IOException {
    story.chapter("Reboot: the device proves what it booted and unlocks its disk");
    shop.boot(DemoDevice.GOOD_BOOT);
    Program.Result key = device(shop, "unlock", "root=" + volume.file(), "--deadline", "30");
    story.command("cryptsetup open --test-passphrase --key-file - root.img");
    story.check("the secret opens the volume", key.status() == 0 && volume.opensWith(key.output()));
  }

  private void closeThePhase() {
    story.chapter("The disk is open: the device closes the door behind it");
    device(shop, "close");
    Program.Result again = device(shop, "unlock", "root=" + volume.file(), "--deadline", "2");
    story.check(
        "whoever takes over the running system asks in vain: WRONG_PHASE",
        again.status() == UNTRUSTED
            && again.output().isEmpty()
            && again.messages().contains("WRONG_PHASE"));
  }

  private void tamper() throws IOException {
    story.chapter("Somebody changes the kernel command line in the image");
    shop.boot(DemoDevice.TAMPERED_BOOT);
    Program.Result refused = device(shop, "unlock", "root=" + volume.file(), "--deadline", "2");
    story.check(
        "no secret: PCR_MISMATCH",
        refused.status() == UNTRUSTED
            && refused.output().isEmpty()
            && refused.messages().contains("PCR_MISMATCH"));
    String route = "/api/v1/devices/" + deviceId(shop) + "/explanation";
    story.command("curl … " + server.url() + route + " | jq '.summary, .nextStep'");
    JsonNode explanation = server.get(route).body();
    story.said(explanation.path("summary").asString(""));
    story.said(explanation.path("nextStep").asString(""));
    story.check(
        "operators read in one sentence what was changed",
        explanation
            .path("summary")
            .asString("")
            .equals("Another image: section .cmdline (the kernel command line) differs."));
    story.check(
        "the device was told no more than the code",
        !refused.messages().contains("cmdline") && !refused.messages().contains("command line"));
  }

  private void swapTheDisk() throws IOException {
    story.chapter("Somebody puts a disk of his own where the real one was");
    shop.boot(DemoDevice.GOOD_BOOT);
    Volume swapped = new Volume(folder.resolve("swapped.img"));
    swapped.format("a key that the attacker knows");
    Program.Result refused = device(shop, "unlock", "root=" + swapped.file(), "--deadline", "2");
    story.check(
        "the genuine image does not get the genuine secret for it: VOLUME_PIN_MISMATCH",
        refused.status() == UNTRUSTED
            && refused.output().isEmpty()
            && refused.messages().contains("VOLUME_PIN_MISMATCH"));
  }

  private void replayAndSteal() throws IOException {
    story.chapter("Somebody records what device and server say to each other");
    shop.boot(DemoDevice.GOOD_BOOT);
    popUp.boot(DemoDevice.GOOD_BOOT);
    try (Attacker attacker = new Attacker(server)) {
      Recorded recorded = attacker.record(shop, "root", volume.pin());
      story.check("an honest exchange, with a release in it", recorded.answer().release() != null);
      story.check(
          "the same evidence once more buys nothing: challenge-expired",
          attacker.replay(recorded).filter("challenge-expired"::equals).isPresent());
      story.check(
          "the recorded answer opens in no other TPM, though it booted the same image",
          !Attacker.opens(recorded, popUp));
      story.check("in its own TPM it opens while that boot lasts", Attacker.opens(recorded, shop));
      shop.boot(DemoDevice.GOOD_BOOT);
      story.check("and no longer after a reboot", !Attacker.opens(recorded, shop));
    }
  }

  private void revoke() {
    story.chapter("A device is stolen: an operator revokes it");
    String id = deviceId(shop);
    api("POST", "/api/v1/devices/" + id + "/revoke", "{}");
    Program.Result refused = device(shop, "unlock", "root=" + volume.file(), "--deadline", "2");
    story.check(
        "its next boot gets nothing and learns nothing",
        refused.status() != 0 && refused.output().isEmpty());
    JsonNode attempts = server.get("/api/v1/devices/" + id + "/attestations?limit=1").body();
    story.check(
        "but it left a trace: DEVICE_REVOKED, with time and address",
        attempts.toString().contains("DEVICE_REVOKED"));
  }

  private void lookAtTheFleet() {
    story.chapter("What a SOC dashboard polls");
    JsonNode rows = server.get("/api/v1/trust/devices").body().path("items");
    for (JsonNode row : rows) {
      story.tell(
          "%-9s %-8s %-15s open findings: %s"
              .formatted(
                  row.path("name").asString(),
                  row.path("group").asString(),
                  row.path("state").asString(),
                  row.path("openFindings")));
    }
    story.check("every device is there with its state", rows.size() == 2);
  }

  private void end(boolean exit) throws InterruptedException {
    story.title(
        story.isRight()
            ? "Every step did what it should, in %.0f seconds.".formatted(story.seconds())
            : "Something is WRONG above.");
    if (exit) {
      return;
    }
    String curl =
        "curl --cacert %s -H \"Authorization: Bearer $(cat %s)\" %s"
            .formatted(server.authority(), server.tokenFile(), server.url());
    story.tell("\nThe server stays up until Ctrl-C. Try, in another terminal:\n");
    story.tell(curl + "/api/v1/trust/summary");
    story.tell(curl + "/api/v1/trust/devices");
    story.tell(curl + "/api/v1/devices/" + deviceId(shop) + "/findings");
    story.tell(curl + "/api/v1/devices/" + deviceId(shop) + "/reinstate -X POST");
    story.tell(curl + "/api/v1/audit");
    story.tell("\nEverything of it lies in " + folder + ".");
    new CountDownLatch(1).await();
  }

  private Program.Result device(DemoDevice device, String... arguments) {
    story.command(DemoDevice.typed(arguments).replace(folder.toString() + "/", ""));
    Program.Result result = device.run(arguments);
    story.said(result.messages());
    return result;
  }

  private Answer api(String method, String path, String json) {
    story.command("curl -X " + method + " … " + path + " -d '" + json + "'");
    Answer answer = method.equals("PUT") ? server.put(path, json) : server.post(path, json);
    if (answer.status() / 100 != 2) {
      story.failed(answer.status() + " " + answer.body());
    }
    return answer;
  }

  private String deviceId(DemoDevice device) {
    for (JsonNode row : server.get("/api/v1/devices").body().path("items")) {
      if (row.path("name").asString().equals(device.name())) {
        return row.path("id").asString();
      }
    }
    return "unknown";
  }

  private static String fingerprint(DemoDevice device) {
    try (Tpm tpm = Tpm.open(device.tpm().address())) {
      Bytes key = tpm.ekArea(EkTemplate.L2).subjectPublicKeyInfo();
      return key.sha256().toHex();
    }
  }

  /** A folder that only demos use; what the last one left there is removed. */
  private static Path freshFolder() throws IOException {
    Path folder =
        System.getProperty("user.name").equals("root")
            ? Path.of("/var/lib/fleet-verifier-demo")
            : Path.of(System.getProperty("user.home"), ".local/state/fleet-verifier-demo");
    if (Files.exists(folder)) {
      if (!Files.exists(folder.resolve(MARK))) {
        throw new IOException(folder + " was not made by a demo; please move it away");
      }
      try (Stream<Path> old = Files.walk(folder)) {
        old.sorted(Comparator.reverseOrder()).forEach(Demo::delete);
      }
    }
    Files.createDirectories(folder);
    Files.createFile(folder.resolve(MARK));
    return folder;
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
