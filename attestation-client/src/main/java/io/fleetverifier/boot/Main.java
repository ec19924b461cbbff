// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.List;

/** Where the device program starts. */
public final class Main {

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // Not System.out: a passphrase must not lie in the buffers of an encoder.
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    Surroundings surroundings = Surroundings.ofThisProcess(out, System.err);
    System.exit(new DeviceProgram(surroundings).run(List.of(arguments)).number());
  }
}
