// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many challenges one address is given. A whole site may stand behind one address, and all of
 * it starts at once when its power comes back.
 *
 * @param burstPerAddress at once after a pause
 * @param perAddressAndMinute in the long run
 */
@ConfigurationProperties("fv.challenge")
record ChallengeProperties(
    @DefaultValue("1000") int burstPerAddress, @DefaultValue("1000") int perAddressAndMinute) {}
