// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import java.math.BigInteger;
import java.util.BitSet;

/**
 * Recognises RSA moduli of the faulty generator of CVE-2017-15361. Its primes, and so its moduli,
 * are powers of 65537 modulo each of the small primes up to 167; of other moduli fewer than one in
 * 2^27 is. Source: Nemec, Sys, Svenda, Klinec, Matyas, "The Return of Coppersmith's Attack", 2017.
 */
final class Roca {

  private static final int LARGEST_PRIME = 167;
  private static final int GENERATOR = 65537;
  private static final BitSet[] POWERS = powersModuloEachPrime();

  private Roca() {}

  static boolean hasPattern(BigInteger modulus) {
    for (int prime = 3; prime <= LARGEST_PRIME; prime++) {
      BitSet powers = POWERS[prime];
      if (powers != null && !powers.get(modulus.mod(BigInteger.valueOf(prime)).intValueExact())) {
        return false;
      }
    }
    return true;
  }

  private static BitSet[] powersModuloEachPrime() {
    BitSet[] all = new BitSet[LARGEST_PRIME + 1];
    for (int candidate = 3; candidate <= LARGEST_PRIME; candidate++) {
      if (BigInteger.valueOf(candidate).isProbablePrime(30)) {
        all[candidate] = powersModulo(candidate);
      }
    }
    return all;
  }

  private static BitSet powersModulo(int prime) {
    BitSet powers = new BitSet(prime);
    int power = 1;
    while (!powers.get(power)) {
      powers.set(power);
      power = power * (GENERATOR % prime) % prime;
    }
    return powers;
  }
}
