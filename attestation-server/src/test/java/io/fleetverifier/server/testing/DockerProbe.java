// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;

/** Whether a container engine answers, asked without ever waiting long. */
final class DockerProbe {

  private static final int LIMIT_SECONDS = 20;

  private DockerProbe() {}

  static boolean dockerAnswers() {
    if (System.getenv("DOCKER_HOST") == null && !socketAnswers()) {
      return false;
    }
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("docker-probe")
        .start(() -> answer.complete(DockerClientFactory.instance().isDockerAvailable()));
    try {
      return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean socketAnswers() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of("/var/run/docker.sock"));
    } catch (IOException e) {
      return false;
    }
  }
}
