// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What PCR 7 says about Secure Boot. Enabled does not say whose code ran: that is for the
 * authorities, the key databases and the list of what is forbidden. Source: PFP, "PCR[7]".
 *
 * @param platformKey the variable PK
 * @param keyExchangeKeys the variable KEK
 * @param allowed the variable db
 * @param forbidden the variable dbx
 * @param authorities what images were checked against, in the order of their use
 * @param otherVariables other measured variables by name, such as DeployedMode
 * @param findings why the state is no better than it is, and what else is worth telling
 */
public record SecureBoot(
    State state,
    List<SignatureList> platformKey,
    List<SignatureList> keyExchangeKeys,
    List<SignatureList> allowed,
    List<SignatureList> forbidden,
    List<Authority> authorities,
    Map<String, Bytes> otherVariables,
    List<LogFinding> findings) {

  static final int PCR = 7;

  /** What is established. */
  public enum State {
    ENABLED,
    DISABLED,
    /** PCR 7 holds something that leaves it open, or that Secure Boot's register must not have. */
    UNDETERMINED
  }

  /**
   * What an image was checked against.
   *
   * @param source the variable it comes from, such as {@code db}, or what shim calls its own
   * @param data an owner and a certificate or digest; shim leaves the owner out
   * @param beforeSeparator whether it was used before the firmware was done with its own drivers
   * @param inAllowed whether it is an entry of db
   */
  public record Authority(
      Guid vendor, String source, Bytes data, boolean beforeSeparator, boolean inAllowed) {

    /** What shim measures beside what it checked images against. */
    private static final Set<String> SETTINGS =
        Set.of("SbatLevel", "MokListTrusted", "MokSBState", "MokIgnoreDB");

    private static final Guid SHIM = Guid.parse("605dab50-e046-4300-abb6-3dd810dd8b23");

    /** Whether this is a setting of shim and nothing that an image was checked against. */
    public boolean isSetting() {
      return vendor.equals(SHIM) && SETTINGS.contains(source);
    }

    /** The certificate or digest, without the owner that the firmware puts before it. */
    public Bytes content() {
      return vendor.equals(SHIM) || data.size() < Guid.SIZE ? data : data.slice(Guid.SIZE);
    }

    /** The SHA-256 digest of the certificate; where there is a digest, that digest itself. */
    public Bytes fingerprint() {
      Bytes content = content();
      return content.size() == LogHash.SHA256.size() ? content : content.sha256();
    }
  }

  /** Copies the lists. */
  public SecureBoot {
    platformKey = List.copyOf(platformKey);
    keyExchangeKeys = List.copyOf(keyExchangeKeys);
    allowed = List.copyOf(allowed);
    forbidden = List.copyOf(forbidden);
    authorities = List.copyOf(authorities);
    otherVariables = Map.copyOf(otherVariables);
    findings = List.copyOf(findings);
  }

  /**
   * What the log claims, on its own: nothing shows yet that a TPM holds it.
   *
   * @param bank one of the log's banks
   */
  public static SecureBoot of(EventLog log, LogHash bank) {
    return of(log.replay(bank));
  }

  /** What the log claims, on its own: nothing shows yet that a TPM holds it. */
  public static SecureBoot of(Replay replay) {
    return replay.secureBoot();
  }

  /** What quoted values prove: undetermined unless the log explains PCR 7. */
  public static SecureBoot of(LogAgainstQuote comparison) {
    return comparison
        .provenEvents(PCR)
        .map(events -> read(comparison.replay(), events))
        .orElseGet(SecureBootReader::notReplayed);
  }

  private static SecureBoot read(Replay replay, List<Event> proven) {
    boolean whole = proven.size() == replay.events(PCR).size();
    return whole ? replay.secureBoot() : SecureBootReader.read(replay, proven);
  }

  /** What is known without any log: nothing. */
  public static SecureBoot unknown() {
    return SecureBootReader.notReplayed();
  }

  /** The digests of images in dbx. */
  public Set<Bytes> forbiddenDigests() {
    return forbidden.stream()
        .filter(list -> list.type().equals(SignatureList.SHA256))
        .flatMap(list -> list.entries().stream())
        .map(SignatureList.Entry::data)
        .collect(Collectors.toUnmodifiableSet());
  }
}
