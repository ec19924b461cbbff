// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.testing.ProtocolVectors;
import org.junit.jupiter.api.Test;

/** Section 9 of docs/reference/protocol.md, by its known answers. */
class VolumePinVectorsTest {
  private static final int HEADER_SIZE = 0x4000;

  @Test
  void canonicalTextAndPinAreThoseThatAnotherProgramComputed() throws Exception {
    for (ProtocolVectors vector : ProtocolVectors.section("volumePin").entries()) {
      String uuid = vector.text("uuid");
      Metadata metadata =
          Metadata.decode(new HeaderCopy(0, HEADER_SIZE, 1, uuid, vector.text("metadataText")));
      assertThat(metadata.pinned(uuid)).isEqualTo(vector.text("canonicalText"));
      assertThat(metadata.pin(uuid)).isEqualTo(vector.bytes("pin"));
    }
  }
}
