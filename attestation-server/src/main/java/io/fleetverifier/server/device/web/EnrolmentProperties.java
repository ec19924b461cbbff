// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many enrolments one address may begin, which costs a public-key operation for every key
 * shown, and how many proofs it may hand in, which are asked of the database.
 *
 * @param burstPerAddress at once after a pause
 * @param perAddressAndMinute in the long run
 */
@ConfigurationProperties("fv.enrolment")
record EnrolmentProperties(
    @DefaultValue("60") int burstPerAddress, @DefaultValue("60") int perAddressAndMinute) {}
