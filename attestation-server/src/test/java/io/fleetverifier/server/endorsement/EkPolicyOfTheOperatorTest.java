// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.DenyList;
import io.fleetverifier.server.ekcert.EkCertificate;
import io.fleetverifier.server.ekcert.TestCa;
import io.fleetverifier.server.endorsement.EkProperties.Choice;
import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EkPolicyOfTheOperatorTest {
  private static final TestCa ROOT = TestCa.root();
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  @BeforeEach
  void oneVendorIsTrusted() throws IOException {
    Files.write(folder.resolve("root.der"), ROOT.der().toArray());
  }

  @Test
  void whatHasExpiredCountsUnlessTheOperatorRefusesIt() {
    Bytes expired = ROOT.issue(leaf -> leaf.end = NOW.minusSeconds(1));

    assertThat(judge(accepting(), expired).endorses()).isTrue();
    assertThat(judge(accepting(), expired).findings())
        .extracting(EkJudgement.Finding::code)
        .contains("EXPIRED");
    EkJudgement refused =
        judge(new EkProperties(folder, Choice.REFUSE, Choice.ACCEPT, Set.of(), Set.of()), expired);
    assertThat(refused.code()).isEqualTo("EXPIRED");
  }

  @Test
  void onlyListedMakersCountWhereSomeAreListed() {
    Bytes certificate = ROOT.issue();

    assertThat(judge(listing("IFX"), certificate).endorses()).isTrue();
    assertThat(judge(listing("NTC"), certificate).code()).isEqualTo("MANUFACTURER");
    assertThat(judge(listing(" ifx"), certificate).endorses()).isTrue();
    assertThatThrownBy(() -> listing("Infineon")).hasMessageContaining("Infineon");
  }

  @Test
  void withoutAListOfRevocationsNothingCountsWhereTheOperatorAsksForOne() {
    EkProperties strict =
        new EkProperties(folder, Choice.ACCEPT, Choice.REFUSE, Set.of(), Set.of());

    assertThat(judge(strict, ROOT.issue()).code()).isEqualTo("REVOCATION_UNKNOWN");
  }

  @Test
  void aFolderThatCannotBeReadAtTheStartEndsIt() throws IOException {
    Files.writeString(folder.resolve("broken.pem"), "nothing");

    assertThatThrownBy(() -> new VendorFolder(accepting(), new Home(folder)))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("broken.pem");
    EkProperties gone =
        new EkProperties(folder.resolve("gone"), Choice.ACCEPT, Choice.ACCEPT, Set.of(), Set.of());
    assertThatThrownBy(() -> new VendorFolder(gone, new Home(folder)))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("gone");
  }

  @Test
  void withoutANamedFolderOneIsMadeInTheHomeThatTrustsNobody() {
    EkProperties unnamed = new EkProperties(null, Choice.ACCEPT, Choice.ACCEPT, Set.of(), Set.of());
    Home home = new Home(folder.resolve("home"));

    VendorFolder made = new VendorFolder(unnamed, home);

    assertThat(made.roots().certificates()).isEmpty();
    assertThat(home.root().resolve("ek-roots").resolve("README.txt"))
        .content()
        .contains("TPM vendors");
  }

  @Test
  void aFolderThatGoesAndComesBackIsGoodAgain() throws IOException {
    VendorFolder vendors = new VendorFolder(accepting(), new Home(folder));
    Path away = folder.resolveSibling("away");
    Files.move(folder, away);
    vendors.refresh();
    assertThat(vendors.fault()).isPresent();
    assertThat(vendors.roots().certificates()).hasSize(1);

    Files.move(away, folder);
    vendors.refresh();

    assertThat(vendors.fault()).isEmpty();
    assertThat(vendors.roots().certificates()).hasSize(1);
  }

  private EkProperties accepting() {
    return new EkProperties(folder, Choice.ACCEPT, Choice.ACCEPT, Set.of(), Set.of());
  }

  private EkProperties listing(String maker) {
    return new EkProperties(folder, Choice.ACCEPT, Choice.ACCEPT, Set.of(maker), Set.of());
  }

  private EkJudgement judge(EkProperties properties, Bytes certificate) {
    EkCertificate read = EkCertificate.read(certificate);
    VendorFolder vendors = new VendorFolder(properties, new Home(folder));
    return new EkJudge(vendors, properties, new NobodyDenied(), () -> NOW)
        .present()
        .tpm(List.of())
        .judge(read.key().subjectPublicKeyInfo().sha256(), read.key(), certificate)
        .orElseThrow();
  }

  private static final class NobodyDenied implements DenialRows {
    @Override
    public Denied all() {
      return new Denied(DenyList.none(), Bytes.zeros(32));
    }

    @Override
    public List<EkDenial> after(Instant createdAt, UUID id, int most) {
      return List.of();
    }

    @Override
    public boolean insert(EkDenial denial) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<EkDenial> delete(UUID id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long count() {
      return 0;
    }
  }
}
