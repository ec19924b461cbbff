// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement.web;

import io.fleetverifier.server.access.Caller;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.endorsement.EkDenial;
import io.fleetverifier.server.endorsement.EkDenial.Kind;
import io.fleetverifier.server.endorsement.EkDenials;
import io.fleetverifier.server.endorsement.EkDenials.NewDenial;
import io.fleetverifier.server.endorsement.MakerName;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigInteger;
import java.util.Locale;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The deny list of endorsement keys. */
@RestController
@RequestMapping("/api/v1/ek-denials")
final class EkDenialController {
  private static final int LONGEST_NAME = 1000;

  /**
   * An entry to be made. Which members it needs and may have depends on its kind.
   *
   * @param kind ek or authority (by fingerprint), certificate (by issuer and serial), firmware (by
   *     manufacturer, firstVersion and lastVersion)
   */
  record Wanted(
      @NotNull @Pattern(regexp = "ek|certificate|authority|firmware") String kind,
      @Pattern(regexp = Names.HASH32) @Nullable String fingerprint,
      @Size(min = 1, max = LONGEST_NAME) @Pattern(regexp = Names.LINE) @Nullable String issuer,
      @Pattern(regexp = "-?[0-9A-Fa-f]{1,64}") @Nullable String serial,
      @Pattern(regexp = " *[!-~]+ *") @Size(max = 16) @Nullable String manufacturer,
      @Pattern(regexp = "[0-9A-Fa-f]{1,16}") @Nullable String firstVersion,
      @Pattern(regexp = "[0-9A-Fa-f]{1,16}") @Nullable String lastVersion,
      @Size(max = 200) @Pattern(regexp = Names.LINE) @Nullable String note) {

    NewDenial denial() {
      Kind means = Kind.ofWord(kind);
      Violations violations = new Violations();
      boolean byPrint = means == Kind.EK || means == Kind.AUTHORITY;
      require(violations, "fingerprint", fingerprint, byPrint);
      require(violations, "issuer", issuer, means == Kind.CERTIFICATE);
      require(violations, "serial", serial, means == Kind.CERTIFICATE);
      require(violations, "manufacturer", manufacturer, means == Kind.FIRMWARE);
      require(violations, "firstVersion", firstVersion, means == Kind.FIRMWARE);
      require(violations, "lastVersion", lastVersion, means == Kind.FIRMWARE);
      violations.refuse();
      String first = digits(firstVersion, 16);
      String last = digits(lastVersion, 16);
      if (first != null && last != null && last.compareTo(first) < 0) {
        throw Violations.of("/lastVersion", "must not be lower than firstVersion");
      }
      return new NewDenial(
          means,
          digits(fingerprint, 64),
          issuer == null ? null : name(issuer),
          serial(serial),
          manufacturer == null ? null : MakerName.of(manufacturer),
          first,
          last,
          note == null ? "" : note);
    }

    private void require(
        Violations violations, String member, @Nullable String value, boolean needed) {
      violations.unless(
          (value != null) == needed,
          "/" + member,
          needed ? "is needed for this kind" : "has no meaning for this kind");
    }

    private static @Nullable String digits(@Nullable String hex, int width) {
      if (hex == null) {
        return null;
      }
      String bare = hex.toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
      return "0".repeat(Math.max(0, width - bare.length())) + bare;
    }

    private static @Nullable String serial(@Nullable String written) {
      return written == null ? null : new BigInteger(written, 16).toString(16);
    }

    private static String name(String written) {
      try {
        String name = new X500Principal(written).getName(X500Principal.RFC2253);
        if (name.isBlank() || name.length() > LONGEST_NAME) {
          throw Violations.of(
              "/issuer", "must name a CA in at most %d characters".formatted(LONGEST_NAME));
        }
        return name;
      } catch (IllegalArgumentException e) {
        throw Violations.of("/issuer", "must be a name such as CN=Some CA,O=Some Vendor");
      }
    }
  }

  private final EkDenials denials;

  EkDenialController(EkDenials denials) {
    this.denials = denials;
  }

  @GetMapping
  Page<EkDenial> list(@Valid @ParameterObject PageQuery page) {
    return denials.list(page);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  EkDenial add(@AuthenticationPrincipal Caller caller, @Valid @RequestBody Wanted wanted) {
    return denials.add(caller.actor(), wanted.denial());
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
    denials.remove(caller.actor(), id);
  }
}
