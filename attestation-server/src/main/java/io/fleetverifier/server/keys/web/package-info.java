// SPDX-License-Identifier: Apache-2.0
/** The routes by which an administrator rotates the installation's keys. */
@NullMarked
package io.fleetverifier.server.keys.web;

import org.jspecify.annotations.NullMarked;
