// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static io.fleetverifier.client.TpmFixture.assertNoFailedTriesCountedIn;
import static io.fleetverifier.client.TpmFixture.assertNothingLeftIn;
import static io.fleetverifier.client.TpmFixture.tpm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.testing.RecordingTransport;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.SrkTemplate;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmtPublic;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activation by a TPM of credentials that the server's side made. */
class ActivationTest {

  private static final byte[] CREDENTIAL = Bytes.utf8("credential").sha256().toArray();

  @TempDir Path folder;
  private Swtpm swtpm;
  private RecordingTransport bus;
  private Tpm tpm;

  @BeforeEach
  void start() {
    swtpm = Swtpm.start(folder.resolve("tpm"));
    bus = new RecordingTransport(swtpm.transport());
    tpm = tpm(bus);
  }

  @AfterEach
  void stopWithNothingLeft() {
    try {
      assertNothingLeftIn(swtpm);
      assertNoFailedTriesCountedIn(swtpm);
    } finally {
      swtpm.close();
    }
  }

  private static CredentialBlob blob(TpmtPublic ek, TpmName ak) {
    try (SecretBytes credential = SecretBytes.copyOf(CREDENTIAL)) {
      return CredentialBlob.make(ek, ak, credential, new SecureRandom());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EkTemplate.class,
      names = {"L1", "L2", "H1", "H2", "H3"})
  void aCredentialForThisEkAndThisAkIsActivatedAndStaysHiddenOnTheBus(EkTemplate template) {
    TpmtPublic ek = tpm.ekArea(template);
    try (SecretBytes credential =
        tpm.activate(template, ek.name(), blob(ek, tpm.akArea().name()))) {
      assertThat(credential.revealBytes()).isEqualTo(CREDENTIAL);
    }
    assertThat(bus.heard(CREDENTIAL)).isFalse();
    assertThat(bus.messages()).isNotEmpty();
  }

  @Test
  void aPersistentEkActivatesToo() {
    TpmtPublic ek = tpm.ekArea(EkTemplate.L1);
    swtpm.persistPrimary(TpmHandles.ENDORSEMENT, EkTemplate.L1.template(), 0x81010001);
    try (SecretBytes credential =
        tpm.activate(EkTemplate.L1, ek.name(), blob(ek, tpm.akArea().name()))) {
      assertThat(credential.revealBytes()).isEqualTo(CREDENTIAL);
    }
  }

  @Test
  void aCredentialForAnotherAkIsRefused() {
    TpmtPublic ek = tpm.ekArea(EkTemplate.L2);
    TpmName other = SrkTemplate.P256.template().name();
    assertThatThrownBy(() -> tpm.activate(EkTemplate.L2, ek.name(), blob(ek, other)))
        .isInstanceOf(TpmCommandException.class);
  }

  @Test
  void aCredentialForTheEkOfAnotherTpmIsRefused() {
    try (Swtpm other = Swtpm.start(folder.resolve("other"))) {
      TpmtPublic ek = tpm(other).ekArea(EkTemplate.L2);
      TpmName ak = tpm.akArea().name();
      assertThatThrownBy(() -> tpm.activate(EkTemplate.L2, ek.name(), blob(ek, ak)))
          .isInstanceOf(ReleaseRefusedException.class)
          .hasMessageContaining("another TPM");
      TpmName own = tpm.ekArea(EkTemplate.L2).name();
      assertThatThrownBy(() -> tpm.activate(EkTemplate.L2, own, blob(ek, ak)))
          .isInstanceOf(TpmCommandException.class);
    }
  }

  @Test
  void aCredentialWithABitFlippedInAnyOctetIsRefused() {
    TpmtPublic ek = tpm.ekArea(EkTemplate.L2);
    CredentialBlob blob = blob(ek, tpm.akArea().name());
    for (int at = 0; at < blob.idObject().size(); at += 7) {
      CredentialBlob flipped =
          new CredentialBlob(Flip.bit(blob.idObject(), at), blob.encryptedSecret());
      assertThatThrownBy(() -> tpm.activate(EkTemplate.L2, ek.name(), flipped))
          .as("octet %d", at)
          .isInstanceOf(TpmCommandException.class);
    }
    for (int at = 0; at < blob.encryptedSecret().size(); at += 7) {
      CredentialBlob flipped =
          new CredentialBlob(blob.idObject(), Flip.bit(blob.encryptedSecret(), at));
      assertThatThrownBy(() -> tpm.activate(EkTemplate.L2, ek.name(), flipped))
          .as("octet %d", at)
          .isInstanceOf(TpmCommandException.class);
    }
  }
}
