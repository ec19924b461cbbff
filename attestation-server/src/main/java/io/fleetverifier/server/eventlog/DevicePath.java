// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.server.eventlog.EventLogException.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where an image came from, as the firmware tells it. In events of images it is covered by no
 * digest: a hint for people. Source: UEFI specification, "Device Path Protocol".
 */
public record DevicePath(List<Node> nodes) {

  private static final int NODE_HEADER = 4;
  private static final int END = 0x7f;
  private static final int END_ENTIRE = 0xff;
  private static final int MEDIA = 4;
  private static final int FILE_PATH = 4;

  /** One step of the path. */
  public record Node(int type, int subtype, Span data) {}

  public DevicePath {
    nodes = List.copyOf(nodes);
  }

  /**
   * Decodes a whole path, up to and without its end node; an empty span is an empty path.
   *
   * @throws EventLogException for anything else
   */
  public static DevicePath decode(Span path) {
    LogReader in = new LogReader(path, Fault.DATA);
    List<Node> nodes = new ArrayList<>();
    while (in.remaining() > 0) {
      Node node = node(in);
      if (node.type == END && node.subtype == END_ENTIRE) {
        if (!node.data.isEmpty()) {
          throw in.fault("an end node with content");
        }
        in.end("the end of the device path");
        return new DevicePath(nodes);
      }
      nodes.add(node);
    }
    if (!path.isEmpty()) {
      throw in.fault("a device path without an end");
    }
    return new DevicePath(nodes);
  }

  private static Node node(LogReader in) {
    int type = in.u8("type");
    int subtype = in.u8("subType");
    int length = in.u16("length");
    if (length < NODE_HEADER) {
      throw in.fault("a node of " + length + " octets");
    }
    return new Node(type, subtype, in.take("node", length - NODE_HEADER));
  }

  /** The path of the file, such as {@code \EFI\BOOT\BOOTX64.EFI}, where the path names one. */
  public Optional<String> filePath() {
    String file =
        nodes.stream()
            .filter(node -> node.type == MEDIA && node.subtype == FILE_PATH)
            .map(node -> node.data.toUtf16().replace("\0", ""))
            .collect(Collectors.joining("\\"));
    return file.isEmpty() ? Optional.empty() : Optional.of(file);
  }
}
