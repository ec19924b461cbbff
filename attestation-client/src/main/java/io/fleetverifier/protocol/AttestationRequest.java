// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A device's evidence (section 6, step 4).
 *
 * @param token the challenge token
 * @param claims the exact bytes of a {@link Claims} document
 * @param quote {@code TPMS_ATTEST}, no outer size
 * @param signature {@code TPMT_SIGNATURE}
 * @param pcrValues the quoted PCRs, decimal index to 32 bytes
 * @param logs the logs whose digests stand in the claims
 */
public record AttestationRequest(
    int protocol,
    Bytes token,
    Bytes claims,
    Bytes quote,
    Bytes signature,
    Map<String, Bytes> pcrValues,
    List<Log> logs) {

  /** One log, whole. */
  public record Log(LogType type, Bytes data) {
    public Log {
      Check.present(type, "logs.type");
      Check.size(data, "logs.data", 0, Protocol.MAX_LOG);
    }
  }

  public AttestationRequest {
    Check.protocol(protocol);
    Check.size(token, "token", 1, Protocol.MAX_TOKEN);
    Check.size(claims, "claims", 1, Protocol.MAX_CLAIMS);
    Check.size(quote, "quote", 1, Protocol.MAX_QUOTE);
    Check.size(signature, "signature", 1, Protocol.MAX_SIGNATURE);
    if (Check.present(pcrValues, "pcrValues").size() > 24) {
      throw new MalformedMessageException("member 'pcrValues' has more than 24 entries");
    }
    pcrValues.forEach((index, value) -> {
      if (!index.matches("0|[1-9][0-9]?")) {
        throw new MalformedMessageException(
            "member 'pcrValues' has an index that is no decimal PCR number");
      }
      Check.size(value, "pcrValues", 1, 64);
    });
    pcrValues = Collections.unmodifiableMap(new TreeMap<>(pcrValues));
    logs = Check.count(logs, "logs", 0, Protocol.MAX_LOGS);
    Check.distinct(logs.stream().map(Log::type).toList(), "logs", Protocol.MAX_LOGS);
    if (logs.stream().mapToLong(log -> log.data().size()).sum() > Protocol.MAX_LOGS_SIZE) {
      throw new MalformedMessageException(
          "member 'logs' has more than " + Protocol.MAX_LOGS_SIZE + " bytes in all");
    }
  }
}
