// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs in the ways that break parsers; the same changes for the same seed. */
final class Mutator {

  private static final int[] NUMBERS = {
    0, 1, 2, 4, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff
  };

  private final List<Bytes> seeds;
  private final Random random;

  Mutator(List<Bytes> seeds, long seed) {
    this.seeds = seeds;
    this.random = new Random(seed);
  }

  /** One of the seeds with one to four changes. */
  byte[] next() {
    byte[] input = any();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      input = input.length == 0 ? any() : change(input);
    }
    return input;
  }

  private byte[] any() {
    return seeds.get(random.nextInt(seeds.size())).toArray();
  }

  private byte[] change(byte[] input) {
    int at = random.nextInt(input.length);
    int size = 1 + random.nextInt(Math.min(64, input.length - at));
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(input, at);
      case 1 -> joined(input, 0, at, input, at + size, input.length);
      case 2 -> joined(input, 0, at + size, input, at, input.length);
      case 3 -> {
        byte[] other = any();
        yield joined(input, 0, at, other, Math.min(at, other.length), other.length);
      }
      case 4, 5 -> number(input, at);
      default -> {
        input[at] ^= (byte) (1 << random.nextInt(8));
        yield input;
      }
    };
  }

  /** A telling number of one, two or four octets, in either order. */
  private byte[] number(byte[] input, int at) {
    int number = NUMBERS[random.nextInt(NUMBERS.length)];
    int size = 1 << random.nextInt(3);
    boolean little = random.nextBoolean();
    for (int i = 0; i < size && at + i < input.length; i++) {
      input[at + i] = (byte) (number >>> (8 * (little ? i : size - 1 - i)));
    }
    return input;
  }

  private static byte[] joined(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    byte[] joined = Arrays.copyOf(Arrays.copyOfRange(a, aFrom, aTo), aTo - aFrom + bTo - bFrom);
    System.arraycopy(b, bFrom, joined, aTo - aFrom, bTo - bFrom);
    return joined;
  }
}
