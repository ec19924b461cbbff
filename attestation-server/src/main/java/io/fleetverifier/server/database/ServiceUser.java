// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;

/**
 * The user that the database's programs run as. PostgreSQL refuses to run as root, so a server that
 * is root gives its programs to the system user {@code fleetverifier}, or to {@code nobody} where
 * there is none; any other server keeps its own user.
 *
 * @param name the user to change to, or empty to stay who we are
 */
record ServiceUser(String name) {

  private static final String WAY_OUT =
      "; start the server as a normal user or give it a database by spring.datasource.url.";

  static ServiceUser detect() throws IOException {
    if (PrivateFiles.runningAsRoot()) {
      return new ServiceUser(exists("fleetverifier") ? "fleetverifier" : "nobody");
    }
    if ("?".equals(System.getProperty("user.name"))) {
      throw new StartRefusedException(
          "PostgreSQL needs a user that has a name, and this server's user id has none in the"
              + " passwd database; give it one or a database by spring.datasource.url.");
    }
    return new ServiceUser("");
  }

  private static boolean exists(String name) throws IOException {
    try {
      principal(name);
      return true;
    } catch (UserPrincipalNotFoundException e) {
      return false;
    }
  }

  private static UserPrincipal principal(String name) throws IOException {
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
  }

  /** What stands before a command line so that it runs as this user without any capability. */
  List<String> prefix() {
    return name.isEmpty()
        ? List.of()
        : List.of(
            "setpriv",
            "--reuid=" + name,
            "--regid=" + primaryGroup(),
            "--clear-groups",
            "--bounding-set=-all",
            "--inh-caps=-all",
            "--no-new-privs",
            "--");
  }

  private String primaryGroup() {
    return Commands.output(List.of("id", "-g", name)).strip();
  }

  /** Gives a folder to this user. */
  void own(Path folder) throws IOException {
    if (!name.isEmpty()) {
      Files.setOwner(folder, principal(name));
    }
  }

  /** Refuses when this user cannot be taken on, or cannot reach the folder. */
  void checkReaches(Path folder) throws IOException {
    if (name.isEmpty()) {
      return;
    }
    if (!Commands.succeeds(prefix(), List.of("true"))) {
      throw new StartRefusedException(
          "PostgreSQL does not run as root, and this process may not become user "
              + name
              + WAY_OUT);
    }
    if (!Commands.succeeds(prefix(), List.of("sh", "-c", "cd \"$1\"", "sh", folder.toString()))) {
      throw new StartRefusedException(
          "The database's user "
              + name
              + " cannot reach "
              + folder
              + ": "
              + closedFolderOn(folder)
              + " is closed to others; set fv.home to another folder.");
    }
  }

  private static Path closedFolderOn(Path folder) throws IOException {
    Path onTheWay = folder.getRoot();
    for (Path part : folder.toAbsolutePath()) {
      onTheWay = onTheWay.resolve(part);
      PosixFileAttributes attributes =
          Files.getFileAttributeView(onTheWay, PosixFileAttributeView.class, new LinkOption[] {})
              .readAttributes();
      if (!attributes.permissions().contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return onTheWay;
      }
    }
    return folder;
  }
}
