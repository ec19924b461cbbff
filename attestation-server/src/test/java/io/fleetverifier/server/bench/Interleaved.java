// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import java.util.Arrays;

/**
 * A subject measured against a yardstick, round by round in turns, so that what disturbs the
 * machine disturbs both.
 */
public final class Interleaved {

  /** Does something once, and gives what it cost in nanoseconds. */
  @FunctionalInterface
  public interface Cost {
    double measure();
  }

  private final double[] yardstick;
  private final double[] subject;

  private Interleaved(double[] yardstick, double[] subject) {
    this.yardstick = yardstick;
    this.subject = subject;
  }

  /** Runs both in turns; which one comes first changes from round to round. */
  public static Interleaved run(int rounds, Cost yardstick, Cost subject) {
    double[] ofYardstick = new double[rounds];
    double[] ofSubject = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      if (round % 2 == 0) {
        ofYardstick[round] = yardstick.measure();
        ofSubject[round] = subject.measure();
      } else {
        ofSubject[round] = subject.measure();
        ofYardstick[round] = yardstick.measure();
      }
    }
    return new Interleaved(ofYardstick, ofSubject);
  }

  /** The median of the rounds' ratios of subject to yardstick. */
  public double ratio() {
    return quantile(ratios(), 0.5);
  }

  /** The ratio below which a quarter of the rounds lie. */
  public double lowerQuartile() {
    return quantile(ratios(), 0.25);
  }

  /** The ratio below which three quarters of the rounds lie. */
  public double upperQuartile() {
    return quantile(ratios(), 0.75);
  }

  /** The median cost of the yardstick, in microseconds. */
  public double yardstickMicroseconds() {
    return quantile(yardstick, 0.5) / 1e3;
  }

  /** The median cost of the subject, in microseconds. */
  public double subjectMicroseconds() {
    return quantile(subject, 0.5) / 1e3;
  }

  private double[] ratios() {
    double[] ratios = new double[subject.length];
    Arrays.setAll(ratios, round -> subject[round] / yardstick[round]);
    return ratios;
  }

  private static double quantile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (part * (sorted.length - 1) + 0.5)];
  }
}
