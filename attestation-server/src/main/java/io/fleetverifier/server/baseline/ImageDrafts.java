// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.baseline.Draft.Content;
import io.fleetverifier.server.baseline.Draft.Source;
import io.fleetverifier.server.baseline.ImageUploads.Upload;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.eventlog.BaselineLint;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.uki.Uki;
import io.fleetverifier.server.uki.UkiException;
import io.fleetverifier.server.uki.UkiProfile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Versions foretold from unified kernel images, before any device runs them. */
@Component
public final class ImageDrafts {

  private final Baselines baselines;
  private final ImageUploads uploads;
  private final Drafts drafts;

  ImageDrafts(Baselines baselines, ImageUploads uploads, Drafts drafts) {
    this.baselines = baselines;
    this.uploads = uploads;
    this.drafts = drafts;
  }

  /**
   * Drafts a version from an image. What can be refused by the query alone is refused before the
   * image is read.
   *
   * @param body the file, at most {@link Uki#LARGEST_SIZE} octets
   * @throws ProblemException not-found, invalid, retry when too many upload already
   */
  public BaselineVersion draft(String actor, String baseline, ImageQuery query, InputStream body) {
    SortedSet<Integer> pcrs = ForetoldValues.pcrs(baselines.row(baseline).aspect(), query);
    return uploads.receive(body, upload -> draft(actor, baseline, query, pcrs, upload));
  }

  private BaselineVersion draft(
      String actor, String baseline, ImageQuery query, SortedSet<Integer> pcrs, Upload upload)
      throws IOException {
    Uki image = read(upload);
    ForetoldValues foretold = new ForetoldValues(image, query);
    List<ReferenceValue> values = foretold.values(pcrs);
    UkiProfile profile = foretold.profile();
    List<Alternative> alternatives =
        pcrs.contains(11) ? alternatives(image, foretold, profile) : List.of();
    SourceImage source = SourceImage.of(image, profile, upload.sha256(), upload.size());
    Draft draft =
        new Draft(
            query.label(),
            Content.of(values),
            new Source(Origin.IMAGE, null, source),
            Map.of("image", source.sha256()),
            warnings(pcrs, profile, alternatives));
    return drafts.store(actor, baseline, draft).withAlternatives(alternatives);
  }

  private static Uki read(Upload upload) throws IOException {
    try {
      return Uki.read(upload.file());
    } catch (UkiException refused) {
      throw new ProblemException(
          ProblemCode.INVALID,
          "The file is no unified kernel image of which values can be foretold: "
              + SourceImage.line(String.valueOf(refused.getMessage()))
              + ".",
          Map.of("fault", refused.code()));
    }
  }

  private static List<Alternative> alternatives(
      Uki image, ForetoldValues foretold, UkiProfile chosen) {
    List<Alternative> alternatives = new ArrayList<>();
    foretold
        .undecided()
        .ifPresent(older -> alternatives.add(new Alternative("stub=252", null, hex(older))));
    for (UkiProfile profile : image.profiles()) {
      if (profile.number() != chosen.number()) {
        alternatives.add(
            new Alternative(
                "profile=" + profile.number(),
                profile.commandLine().map(SourceImage::line).orElse(null),
                hex(ForetoldValues.pcr11(profile))));
      }
    }
    return List.copyOf(alternatives);
  }

  private static SortedMap<String, String> hex(SortedMap<String, Bytes> values) {
    SortedMap<String, String> hex = new TreeMap<>();
    values.forEach((phase, value) -> hex.put(phase, value.toHex()));
    return hex;
  }

  private static List<VersionWarning> warnings(
      SortedSet<Integer> pcrs, UkiProfile profile, List<Alternative> alternatives) {
    List<VersionWarning> warnings = new ArrayList<>();
    profile
        .commandLine()
        .map(BaselineLint::commandLine)
        .orElse(List.of())
        .forEach(warning -> warnings.add(VersionWarning.of(warning)));
    if (!alternatives.isEmpty()) {
      warnings.add(
          new VersionWarning(
              "CHOICE",
              "The image can lead to other values of PCR 11: "
                  + String.join(", ", alternatives.stream().map(Alternative::parameter).toList())
                  + ". Look at alternatives."));
    }
    if (pcrs.contains(4)) {
      warnings.add(
          new VersionWarning(
              "FIRMWARE_ASSUMED",
              "PCR 4 is foretold for firmware that starts this file directly. A boot loader before"
                  + " it, or other firmware, measures more."));
    }
    return warnings;
  }
}
