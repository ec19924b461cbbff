// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files of a folder of vendors' CAs are read: those with the ending of a certificate or list,
 * in the folder itself or in a sub-folder named like a maker. One that would not be read for where
 * it lies or leads to is an error, since nobody would miss it. A directory that cannot be opened is
 * one only where it is named like a maker.
 */
final class RootFiles extends SimpleFileVisitor<Path> {

  private static final Pattern READ =
      Pattern.compile(".*\\.(pem|crt|cer|der|crl)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern MAKER = Pattern.compile("[A-Z0-9]{1,4}");

  /** A colon cannot stand in a name on each file system. */
  private static final Pattern NUMBERED_MAKER =
      Pattern.compile("id[-:]([0-9A-F]{8})", Pattern.CASE_INSENSITIVE);

  private final Path folder;
  private final SubFolders subFolders;
  private final List<Path> found = new ArrayList<>();

  /** Which sub-folders may hold files that are read. */
  enum SubFolders {
    /** Those of makers: what an operator trusts is named with care. */
    OF_MAKERS,
    /** All: who looks at one certificate takes a folder as he finds it. */
    ANY
  }

  RootFiles(Path folder, SubFolders subFolders) {
    this.folder = folder;
    this.subFolders = subFolders;
  }

  /** The files in a fixed order. */
  static List<Path> of(Path folder, SubFolders subFolders) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    RootFiles files = new RootFiles(folder, subFolders);
    Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, files);
    return files.found.stream().sorted().toList();
  }

  /** The maker whose sub-folder a file lies in, as certificates are shown to name it. */
  static Optional<String> maker(Path folder, Path file) {
    Path inside = folder.relativize(file);
    return inside.getNameCount() == 1 ? Optional.empty() : named(inside.getName(0).toString());
  }

  /** By its identifier in upper case, the number of it, or its name. */
  private static Optional<String> named(String subFolder) {
    Matcher numbered = NUMBERED_MAKER.matcher(subFolder);
    if (numbered.matches()) {
      return Optional.of(TpmAttributes.letters("id:" + numbered.group(1)));
    }
    return MAKER.matcher(subFolder).matches()
        ? Optional.of(subFolder)
        : Manufacturers.ofWord(subFolder);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (isHidden(file)) {
      return FileVisitResult.CONTINUE;
    }
    boolean read = READ.matcher(file.getFileName().toString()).matches();
    if (attributes.isSymbolicLink() && (read || isMaker(folder.relativize(file)))) {
      throw new IOException(file + " is a link that leads nowhere");
    }
    if (read) {
      requireReadable(file, attributes);
      found.add(file);
    }
    return FileVisitResult.CONTINUE;
  }

  private void requireReadable(Path file, BasicFileAttributes attributes) throws IOException {
    Path inside = folder.relativize(file);
    if (!attributes.isRegularFile()) {
      throw new IOException(file + " is not a file");
    }
    if (inside.getNameCount() > 2) {
      throw new IOException(file + " lies deeper than in a maker's sub-folder");
    }
    if (subFolders == SubFolders.OF_MAKERS
        && inside.getNameCount() == 2
        && !isMaker(inside.getName(0))) {
      throw new IOException(
          file
              + " lies in a sub-folder that is not named by a maker's TCG vendor identifier:"
              + " one to four of A-Z and 0-9, such as IFX, INTC, NTC or STM,"
              + " or id- and eight hexadecimal digits, such as id-00001014,"
              + " or the name of a maker that is known here, such as infineon");
    }
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
    if (isHidden(file) || isClosedAndNoMakers(file, why)) {
      return FileVisitResult.CONTINUE;
    }
    throw why;
  }

  /** Such as {@code lost+found} in the root of a volume: nothing in it would be read. */
  private boolean isClosedAndNoMakers(Path path, IOException why) {
    return why instanceof AccessDeniedException
        && !path.equals(folder)
        && Files.isDirectory(path)
        && !isMaker(path.getFileName());
  }

  private boolean isHidden(Path path) {
    return !path.equals(folder) && path.getFileName().toString().startsWith(".");
  }

  private static boolean isMaker(Path inside) {
    return named(inside.toString()).isPresent();
  }
}
