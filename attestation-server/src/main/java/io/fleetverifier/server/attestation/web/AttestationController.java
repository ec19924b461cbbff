// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.web;

import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.server.attestation.AttestationService;
import io.fleetverifier.server.wire.WireMessages;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes evidence. The body was bounded before it gets here. */
@RestController
class AttestationController {
  private final AttestationService attestations;

  AttestationController(AttestationService attestations) {
    this.attestations = attestations;
  }

  @PostMapping(path = "/device/v1/attestations", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<byte[]> attest(HttpServletRequest request) throws IOException {
    AttestationRequest evidence = WireMessages.read(request, AttestationRequest.class);
    return WireMessages.answer(
        HttpStatus.OK, attestations.attest(evidence, WireMessages.address(request)));
  }
}
