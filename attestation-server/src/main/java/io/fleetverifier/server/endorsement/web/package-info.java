// SPDX-License-Identifier: Apache-2.0
/** The deny list and the vendor roots on the management plane. */
@NullMarked
package io.fleetverifier.server.endorsement.web;

import org.jspecify.annotations.NullMarked;
