// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.offenders.device.jdbc;

/** Planted: rows for a web class that should not see them. */
public class Rows {}
