// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge.web;

import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.server.challenge.ChallengeService;
import io.fleetverifier.server.limit.AddressBuckets;
import io.fleetverifier.server.wire.WireMessages;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Gives challenges to devices. In a storm this is where load is shed: a device without a challenge
 * comes back later, while one that has a challenge is always answered.
 */
@RestController
class ChallengeController {
  private final ChallengeService challenges;
  private final AddressBuckets buckets;

  ChallengeController(ChallengeService challenges, ChallengeProperties properties) {
    this.challenges = challenges;
    this.buckets =
        new AddressBuckets(properties.burstPerAddress(), properties.perAddressAndMinute());
  }

  @PostMapping(path = "/device/v1/challenges", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<byte[]> issue(HttpServletRequest request) throws IOException {
    buckets.take(WireMessages.address(request));
    ChallengeRequest message = WireMessages.read(request, ChallengeRequest.class);
    return WireMessages.answer(HttpStatus.CREATED, challenges.issue(message));
  }
}
