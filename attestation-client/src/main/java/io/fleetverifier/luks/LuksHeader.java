// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.luks.LuksException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a LUKS2 volume that passed every check, with its pin.
 *
 * <p>The device is read once. What {@link #writeCopy} writes are those bytes, so a header that is
 * changed between reading and opening changes nothing. A copy of the header that does not count
 * (the older one, or one that is not valid here) is left out: another program might see it with
 * other eyes.
 */
public final class LuksHeader {
  private final HeaderCopy chosen;
  private final Bytes pin;
  private final List<String> notes;
  private final byte[] content;

  private LuksHeader(HeaderCopy chosen, Bytes pin, List<String> notes, byte[] content) {
    this.chosen = chosen;
    this.pin = pin;
    this.notes = notes;
    this.content = content;
  }

  /**
   * Reads and checks the header: both copies (magic, version, offset, size, checksum), the valid
   * one with the higher sequence id, its metadata (segments, ciphers, requirements, sizes).
   *
   * @param device a block device, or a file that holds a volume or a detached header
   * @throws LuksException when there is no LUKS2 header that may be used
   * @throws IOException when the device cannot be read
   */
  public static LuksHeader read(Path device) throws IOException, LuksException {
    try (InputStream in = Files.newInputStream(device)) {
      return read(in);
    }
  }

  private static LuksHeader read(InputStream in) throws IOException, LuksException {
    byte[] start = in.readNBytes(HeaderCopy.LONGEST_PAIR);
    List<String> notes = new ArrayList<>();
    HeaderCopy primary = decode(start, 0, notes);
    HeaderCopy secondary = secondary(start, primary, notes);
    HeaderCopy chosen = choose(primary, secondary, notes);
    Metadata metadata = Metadata.decode(chosen);
    byte[] content =
        readTo(in, start, Math.addExact(2 * chosen.size(), metadata.keyslotAreaSize()));
    blankWhatDoesNotCount(content, chosen, primary, secondary);
    return new LuksHeader(chosen, metadata.pin(chosen.uuid()), List.copyOf(notes), content);
  }

  private static @Nullable HeaderCopy decode(byte[] start, int offset, List<String> notes) {
    try {
      return HeaderCopy.decode(start, offset);
    } catch (LuksException e) {
      String which = offset == 0 ? "the first header copy" : "the second header copy";
      notes.add(which + " is not valid: " + e.getMessage());
      return null;
    }
  }

  /** Without a first copy nothing tells where the second lies: all places are looked at. */
  private static @Nullable HeaderCopy secondary(
      byte[] start, @Nullable HeaderCopy primary, List<String> notes) {
    if (primary != null) {
      return decode(start, primary.size(), notes);
    }
    for (int offset : HeaderCopy.SIZES) {
      HeaderCopy found = decode(start, offset, new ArrayList<>());
      if (found != null) {
        return found;
      }
    }
    notes.add("no second header copy was found");
    return null;
  }

  private static HeaderCopy choose(
      @Nullable HeaderCopy primary, @Nullable HeaderCopy secondary, List<String> notes)
      throws LuksException {
    if (primary == null) {
      if (secondary == null) {
        throw new LuksException(
            Problem.NO_VALID_COPY, "no LUKS2 header: " + String.join("; ", notes));
      }
      return secondary;
    }
    if (secondary == null) {
      return primary;
    }
    int order = Long.compareUnsigned(primary.seqid(), secondary.seqid());
    if (order != 0) {
      notes.add("the header copies differ: the newer one counts");
    } else if (!sameContent(primary, secondary)) {
      throw new LuksException(
          Problem.COPIES_CONFLICT, "both header copies claim to be the newest, yet they differ");
    }
    return order >= 0 ? primary : secondary;
  }

  private static boolean sameContent(HeaderCopy one, HeaderCopy other) {
    return one.uuid().equals(other.uuid()) && one.json().equals(other.json());
  }

  /**
   * The first bytes of the device up to the size, read on from where the start ends. Memory is
   * taken for what is there, not for what the header claims.
   */
  private static byte[] readTo(InputStream in, byte[] start, int size)
      throws IOException, LuksException {
    int known = Math.min(size, start.length);
    byte[] rest = in.readNBytes(size - known);
    if (known + rest.length < size) {
      throw new LuksException(
          Problem.TRUNCATED, "the device ends before the keyslots that its header names");
    }
    byte[] content = Arrays.copyOf(start, size);
    System.arraycopy(rest, 0, content, known, rest.length);
    return content;
  }

  private static void blankWhatDoesNotCount(
      byte[] content,
      HeaderCopy chosen,
      @Nullable HeaderCopy primary,
      @Nullable HeaderCopy secondary) {
    boolean both = primary != null && secondary != null && primary.seqid() == secondary.seqid();
    if (!both) {
      int other = chosen.offset() == 0 ? chosen.size() : 0;
      Arrays.fill(content, other, other + chosen.size(), (byte) 0);
    }
  }

  /** The volume pin: 32 bytes (docs/reference/protocol.md, section 9). */
  public Bytes pin() {
    return pin;
  }

  /** UUID of the volume, as the header holds it. */
  public String uuid() {
    return chosen.uuid();
  }

  /** Sentences for the console: what is odd about the header and yet no reason to refuse it. */
  public List<String> notes() {
    return notes;
  }

  /**
   * Writes the header and its keyslots, as read, into a file for {@code cryptsetup --header}. The
   * file appears whole or not at all, with mode 0600, and replaces one that is there.
   */
  public void writeCopy(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("a header copy needs a file name: " + file);
    }
    // A temporary file is made with mode 0600 and a name that nobody can guess.
    Path unfinished = Files.createTempFile(folder, ".header", null);
    try {
      Files.write(unfinished, content);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
