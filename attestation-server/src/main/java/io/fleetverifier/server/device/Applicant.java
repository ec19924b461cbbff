// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

/** A candidate whose keys kept every rule; whether they live in one TPM is the proof's to show. */
record Applicant(Candidate candidate, AttestationKey ak, EkSet eks) {}
