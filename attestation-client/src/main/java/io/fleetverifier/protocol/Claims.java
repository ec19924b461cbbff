// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The device's signed statement (section 6, step 1). Its exact JSON bytes are bound into the quote;
 * unknown members are ignored.
 *
 * @param releaseKey P-256 point of 65 bytes, the private half of which lives in the device's memory
 *     only; absent when nothing can be released
 * @param bank always {@code sha256} in version 1
 * @param logs SHA-256 of each log sent
 * @param volumes LUKS2 pin of each volume that exists already
 * @param srkName Name of the storage root key made for this attestation; absent when the owner
 *     hierarchy has a password
 * @param client program and version
 * @param answerKeys ids of the answer keys that the device has pinned
 * @param audience relying party beyond this server, or absent
 * @param nonce that relying party's nonce, or absent
 */
public record Claims(
    int protocol,
    Purpose purpose,
    List<String> wanted,
    @Nullable Bytes releaseKey,
    String bank,
    List<LogDigest> logs,
    List<VolumePin> volumes,
    @Nullable Bytes srkName,
    String client,
    List<Bytes> answerKeys,
    @Nullable String audience,
    @Nullable Bytes nonce) {

  /** A log that comes with the quote, by its SHA-256. */
  public record LogDigest(LogType type, Bytes sha256) {
    public LogDigest {
      Check.present(type, "logs.type");
      Check.size(sha256, "logs.sha256", 32, 32);
    }
  }

  /** The pin of one volume's LUKS2 header (section 9). */
  public record VolumePin(String name, Bytes pin) {
    public VolumePin {
      Check.volume(name, "volumes.name");
      Check.size(pin, "volumes.pin", 32, 32);
    }
  }

  public Claims {
    Check.protocol(protocol);
    Check.present(purpose, "purpose");
    wanted = Check.volumes(wanted, "wanted");
    Check.sizeIfPresent(releaseKey, "releaseKey", 65, 65);
    if (!Protocol.BANK.equals(Check.present(bank, "bank"))) {
      throw new MalformedMessageException("member 'bank' is not sha256");
    }
    logs = Check.count(logs, "logs", 0, Protocol.MAX_LOGS);
    Check.distinct(logs.stream().map(LogDigest::type).toList(), "logs", Protocol.MAX_LOGS);
    volumes = Check.count(volumes, "volumes", 0, Protocol.MAX_WANTED);
    Check.distinct(volumes.stream().map(VolumePin::name).toList(), "volumes", Protocol.MAX_WANTED);
    Check.sizeIfPresent(srkName, "srkName", 34, 34);
    Check.text(client, "client", 128);
    answerKeys = Check.distinct(answerKeys, "answerKeys", Protocol.MAX_ANSWER_KEYS);
    answerKeys.forEach(id -> Check.size(id, "answerKeys", 32, 32));
    if (audience != null) {
      Check.text(audience, "audience", 256);
    }
    Check.sizeIfPresent(nonce, "nonce", 0, 64);
    if (!wanted.isEmpty() && releaseKey == null) {
      throw new MalformedMessageException(
          "member 'releaseKey' is missing although secrets are wanted");
    }
  }

  /**
   * The digest of the one log of this type.
   *
   * @throws java.util.NoSuchElementException when the claims name none
   */
  public Bytes digestOf(LogType type) {
    return logs.stream()
        .filter(log -> log.type() == type)
        .map(LogDigest::sha256)
        .findFirst()
        .orElseThrow();
  }
}
