// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.keys.AnswerKey;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.server.keys.TokenKeys;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@ManagementApiTest
class ServerKeyControllerTest {

  @Autowired ManagementApi plane;
  @Autowired AnswerKeys answers;
  @Autowired TokenKeys tokens;
  private ManagementApi admin;

  @BeforeEach
  void asAdmin() {
    admin = plane.as(Role.ADMIN);
  }

  private JsonNode rotate(String purpose) {
    Answer made = admin.post("/api/v1/server-keys/" + purpose + "/rotate", "");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.body();
  }

  @Test
  void aRotatedAnswerKeySignsForWhoeverAcceptsItAndTheOlderOneForAllOthers() {
    Bytes older = answers.all().getFirst().keyId();
    JsonNode made = rotate("answer");
    AnswerKey newest = answers.all().getFirst();
    assertThat(made.path("keyId").asString()).isEqualTo(newest.keyId().toHex());
    assertThat(made.path("publicPoint").asString()).isEqualTo(newest.publicPoint().toBase64Url());
    assertThat(answers.newestAccepted(List.of(older, newest.keyId())))
        .map(AnswerKey::keyId)
        .contains(newest.keyId());
    assertThat(answers.newestAccepted(List.of(older))).map(AnswerKey::keyId).contains(older);
  }

  @Test
  void aRotatedTokenKeyOpensAtOnceAndShowsNothingOfItself() {
    JsonNode made = rotate("token");
    assertThat(made.propertyNames()).containsExactlyInAnyOrder("purpose", "keyId", "createdAt");
    assertThat(tokens.byId(Bytes.fromHex(made.path("keyId").asString()))).isPresent();
  }

  @Test
  void anOlderAnswerKeyRetiresAndTheNewestDoesNot() {
    rotate("answer");
    String newest = rotate("answer").path("keyId").asString();
    String older = answers.all().get(1).keyId().toHex();
    assertThat(list()).contains(older, newest);

    assertThat(retire(older).status()).isEqualTo(204);
    assertThat(list()).contains(newest).doesNotContain(older);
    assertThat(answers.newestAccepted(List.of(Bytes.fromHex(older)))).isEmpty();

    assertThat(retire(older).code()).isEqualTo("not-found");
    assertThat(retire(newest).code()).isEqualTo("conflict");
    assertThat(retire("nothing").code()).isEqualTo("invalid");
    assertThat(list()).contains(newest);
  }

  private Answer retire(String keyId) {
    return admin.delete("/api/v1/server-keys/answer/" + keyId);
  }

  private List<String> list() {
    Answer list = plane.as(Role.AUDITOR).get("/api/v1/server-keys");
    assertThat(list.status()).as(list.text()).isEqualTo(200);
    return list.body()
        .path("items")
        .valueStream()
        .map(key -> key.path("keyId").asString())
        .toList();
  }

  @Test
  void otherPurposesAreNotRotated() {
    for (String purpose : List.of("ca", "TOKEN", "kek")) {
      Answer refused = admin.post("/api/v1/server-keys/" + purpose + "/rotate", "");
      assertThat(refused.code()).as(purpose).isEqualTo("invalid");
    }
  }

  @Test
  void bothActsAreRecorded() {
    rotate("answer");
    rotate("answer");
    String older = answers.all().get(1).keyId().toHex();
    assertThat(retire(older).status()).isEqualTo(204);
    for (String act : List.of("server-key.rotate", "server-key.retire")) {
      Answer found = admin.get("/api/v1/audit?subject=server-key/answer&act=" + act);
      assertThat(found.text()).contains(older).contains("token:");
    }
  }
}
