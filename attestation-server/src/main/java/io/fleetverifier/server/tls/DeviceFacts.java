// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.tls;

import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import io.fleetverifier.server.keys.AnswerKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * What a device's measured image must pin, told where the operator looks: in a file, one line per
 * answer key in use (base64url of the 65-octet public point, newest first), and in one log line at
 * start.
 */
final class DeviceFacts {

  private static final Logger log = LoggerFactory.getLogger(DeviceFacts.class);

  private final AnswerKeys answerKeys;
  private final ObjectProvider<OwnCertificates> certificates;
  private final ServerNames names;
  private final Path answerKeyFile;
  private List<String> written = List.of();

  DeviceFacts(
      AnswerKeys answerKeys,
      ObjectProvider<OwnCertificates> certificates,
      ServerNames names,
      Home home) {
    this.answerKeys = answerKeys;
    this.certificates = certificates;
    this.names = names;
    this.answerKeyFile = home.tls().resolve("answer-key.txt");
    try {
      writeAnswerKeys();
    } catch (IOException e) {
      throw new StartRefusedException(
          "The answer key cannot be written to " + answerKeyFile + ": " + e.getMessage(), e);
    }
  }

  /** The file follows a rotation of the keys, on whichever replica it was asked for. */
  @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
  void follow() {
    try {
      writeAnswerKeys();
    } catch (IOException e) {
      log.warn("The answer key could not be written to {}.", answerKeyFile, e);
    }
  }

  @EventListener
  void tell(ApplicationReadyEvent ready) {
    Environment environment = ready.getApplicationContext().getEnvironment();
    String port = environment.getProperty("local.server.port");
    if (port == null) {
      return;
    }
    boolean tls = environment.getProperty("server.ssl.enabled", Boolean.class, true);
    OwnCertificates own = certificates.getIfAvailable();
    log.info(
        "Ready at {}://{}:{}, CA {}, answer key {}",
        tls ? "https" : "http",
        names.names().getFirst(),
        port,
        own == null ? "of the operator" : own.caFile(),
        keys().getFirst());
  }

  private synchronized void writeAnswerKeys() throws IOException {
    List<String> now = keys();
    if (now.equals(written)) {
      return;
    }
    PrivateFiles.createFolder(PrivateFiles.folderOf(answerKeyFile), "rwxr-xr-x");
    PrivateFiles.write(
        answerKeyFile,
        now.stream()
            .map(key -> key + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.US_ASCII),
        "rw-r--r--");
    written = now;
  }

  private List<String> keys() {
    return answerKeys.all().stream().map(key -> key.publicPoint().toBase64Url()).toList();
  }
}
