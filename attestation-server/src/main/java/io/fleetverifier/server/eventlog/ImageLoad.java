// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.server.eventlog.EventLogException.Fault;

/**
 * What an event of a loaded image tells beside its digest, which is the Authenticode digest of the
 * image. None of it is covered by that digest. Source: PFP, UEFI_IMAGE_LOAD_EVENT.
 */
public record ImageLoad(DevicePath devicePath) {

  private static final int ADDRESS_LENGTH_AND_LINK_TIME = 24;

  /**
   * Decodes a whole structure.
   *
   * @throws EventLogException for anything else
   */
  public static ImageLoad decode(Span structure) {
    LogReader in = new LogReader(structure, Fault.DATA);
    in.take("imageLocationInMemory", ADDRESS_LENGTH_AND_LINK_TIME);
    Span path = in.take("devicePath", in.u64Size("lengthOfDevicePath"));
    in.end("the image load event");
    return new ImageLoad(DevicePath.decode(path));
  }
}
