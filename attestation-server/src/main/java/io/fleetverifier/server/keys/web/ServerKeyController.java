// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys.web;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.keys.KeyPurpose;
import io.fleetverifier.server.keys.KeyRotation;
import io.fleetverifier.server.keys.ServerKeyView;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The installation's own keys: which are in use, newer ones, and the end of old ones. */
@RestController
@RequestMapping("/api/v1/server-keys")
final class ServerKeyController {

  private final KeyRotation rotation;

  ServerKeyController(KeyRotation rotation) {
    this.rotation = rotation;
  }

  @GetMapping
  Page<ServerKeyView> list() {
    return new Page<>(rotation.list(), null);
  }

  @PostMapping("/{purpose}/rotate")
  @ResponseStatus(HttpStatus.CREATED)
  ServerKeyView rotate(@AuthenticationPrincipal Caller caller, @PathVariable String purpose) {
    return rotation.rotate(caller.actor(), rotated(purpose));
  }

  private static KeyPurpose rotated(String purpose) {
    return switch (purpose) {
      case "token" -> KeyPurpose.TOKEN;
      case "answer" -> KeyPurpose.ANSWER;
      default -> throw Violations.ofParameter("purpose", "must be token or answer");
    };
  }

  /** Only answer keys: a token key ends by itself once it is replaced. */
  @DeleteMapping("/answer/{keyId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void retire(@AuthenticationPrincipal Caller caller, @PathVariable String keyId) {
    Bytes id =
        Names.hash32(keyId)
            .orElseThrow(() -> Violations.ofParameter("keyId", "must be 64 hexadecimal digits"));
    rotation.retireAnswerKey(caller.actor(), id);
  }
}
