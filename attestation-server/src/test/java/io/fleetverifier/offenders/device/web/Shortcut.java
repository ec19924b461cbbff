// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.offenders.device.web;

import io.fleetverifier.offenders.device.jdbc.Rows;

/** Planted: a web class that goes around its feature to the rows. */
class Shortcut {
  final Rows rows = new Rows();
}
