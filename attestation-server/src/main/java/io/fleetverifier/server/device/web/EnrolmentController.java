// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.server.device.EnrolmentService;
import io.fleetverifier.server.limit.AddressBuckets;
import io.fleetverifier.server.wire.WireMessages;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Both messages of an enrolment. */
@RestController
class EnrolmentController {
  private final EnrolmentService enrolments;
  private final AddressBuckets begun;
  private final AddressBuckets proved;

  EnrolmentController(EnrolmentService enrolments, EnrolmentProperties properties) {
    this.enrolments = enrolments;
    this.begun = new AddressBuckets(properties.burstPerAddress(), properties.perAddressAndMinute());
    this.proved =
        new AddressBuckets(properties.burstPerAddress(), properties.perAddressAndMinute());
  }

  @PostMapping(path = "/device/v1/enrolments", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<byte[]> begin(HttpServletRequest request) throws IOException {
    begun.take(WireMessages.address(request));
    EnrolmentRequest message = WireMessages.read(request, EnrolmentRequest.class);
    return WireMessages.answer(HttpStatus.CREATED, enrolments.begin(message));
  }

  @PostMapping(path = "/device/v1/enrolments/proof", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<byte[]> prove(HttpServletRequest request) throws IOException {
    InetAddress address = WireMessages.address(request);
    proved.take(address);
    EnrolmentProof message = WireMessages.read(request, EnrolmentProof.class);
    return WireMessages.answer(HttpStatus.OK, enrolments.prove(message, address));
  }
}
