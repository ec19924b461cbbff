// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;

/** The few forms of DER (X.690) that a SubjectPublicKeyInfo needs. */
final class Der {

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int NULL = 0x05;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;

  private static final String RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
  private static final String EC_PUBLIC_KEY = "1.2.840.10045.2.1";

  private Der() {}

  static Bytes rsaPublicKeyInfo(BigInteger modulus, BigInteger exponent) {
    Bytes algorithm = element(SEQUENCE, oid(RSA_ENCRYPTION), element(NULL));
    Bytes key = element(SEQUENCE, integer(modulus), integer(exponent));
    return element(SEQUENCE, algorithm, bitString(key));
  }

  /** The named curve and the uncompressed point. */
  static Bytes ecPublicKeyInfo(EccCurve curve, BigInteger x, BigInteger y) {
    Bytes algorithm = element(SEQUENCE, oid(EC_PUBLIC_KEY), oid(curve.oid()));
    Bytes point =
        Bytes.concat(
            Bytes.of(4), FixedWidth.of(x, curve.fieldSize()), FixedWidth.of(y, curve.fieldSize()));
    return element(SEQUENCE, algorithm, bitString(point));
  }

  private static Bytes bitString(Bytes content) {
    return element(BIT_STRING, Bytes.of(0), content);
  }

  private static Bytes integer(BigInteger value) {
    return element(INTEGER, Bytes.copyOf(value.toByteArray()));
  }

  private static Bytes oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    TpmWriter out = new TpmWriter();
    out.u8(40 * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      writeArc(Integer.parseInt(arcs[i]), out);
    }
    return element(OBJECT_IDENTIFIER, out.toBytes());
  }

  /** Seven bits per octet, the most significant first; all octets but the last have bit 8 set. */
  private static void writeArc(int arc, TpmWriter out) {
    for (int shift = 28; shift > 0; shift -= 7) {
      if (arc >>> shift != 0) {
        out.u8(0x80 | (arc >>> shift & 0x7f));
      }
    }
    out.u8(arc & 0x7f);
  }

  private static Bytes element(int tag, Bytes... contents) {
    Bytes content = Bytes.concat(contents);
    return Bytes.concat(Bytes.of(tag), length(content.size()), content);
  }

  private static Bytes length(int size) {
    if (size < 0x80) {
      return Bytes.of(size);
    }
    if (size < 0x100) {
      return Bytes.of(0x81, size);
    }
    return Bytes.concat(Bytes.of(0x82), Bytes.u16(size));
  }
}
