// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets Jazzer loose on every target for a part of the time each, in a process of its own, and
 * prints one line a target. What was learnt (inputs that reach new code) is kept in {@code
 * target/fuzz} for the next run; an input that breaks a rule is kept among the test resources,
 * where the other tests play it from then on. Exit code 0: nothing found; 1: something found, or a
 * target that did not run.
 */
public final class FuzzProgram {

  private static final Path WORK = Path.of("target/fuzz");
  private static final Path FOUND = Path.of("attestation-server/src/test/resources/fuzz");
  private static final int START_UP_SECONDS = 5;
  private static final int MOST_AT_ONCE = 4;

  /** What Jazzer looks for beside: injection into languages that no decoder speaks. */
  private static final String SANITIZERS =
      Stream.of(
              "BigDecimal",
              "ClojureLangHooks",
              "Deserialization",
              "ExpressionLanguageInjection",
              "FilePathTraversal",
              "LdapInjection",
              "NamingContextLookup",
              "OsCommandInjection",
              "ReflectiveCall",
              "RegexInjection",
              "RegexRoadblocks",
              "ScriptEngineInjection",
              "ServerSideRequestForgery",
              "SqlInjection",
              "TemplateInjection",
              "UnsafeSanitizer",
              "XPathInjection",
              "XmlParserSsrfGuidance")
          .map(name -> "com.code_intelligence.jazzer.sanitizers." + name)
          .collect(Collectors.joining(":"));

  /** A line of the fuzzer on its progress. */
  private static final Pattern PROGRESS = Pattern.compile("(?m)^#(\\d+)\\s+\\w+\\s+cov: (\\d+)");

  private static final Pattern FAULT = Pattern.compile("(?m)^== Java Exception: (.*)$");

  private FuzzProgram() {}

  /** Takes the number of seconds for all targets, then names of targets; none means all. */
  public static void main(String[] arguments) throws Exception {
    int seconds = Integer.parseInt(arguments[0]);
    List<Target> targets;
    try {
      targets = targets(List.of(arguments).subList(1, arguments.length));
    } catch (IllegalArgumentException unknown) {
      System.err.println(unknown.getMessage());
      System.exit(2);
      return;
    }
    int atOnce = Math.min(MOST_AT_ONCE, Runtime.getRuntime().availableProcessors());
    System.out.printf("%d targets in %d seconds, %d at once%n", targets.size(), seconds, atOnce);
    Shares shares = new Shares(atOnce, targets.size(), Duration.ofSeconds(seconds));
    boolean good = true;
    try (ExecutorService runs = Executors.newFixedThreadPool(atOnce)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (Target target : targets) {
        results.add(runs.submit(() -> run(target, shares.next())));
      }
      for (Future<Boolean> result : results) {
        good &= isGood(result);
      }
    }
    System.exit(good ? 0 : 1);
  }

  /** Divides what is left of the time among the targets that are left. */
  private static final class Shares {
    private final int atOnce;
    private final long end;
    private int left;

    Shares(int atOnce, int targets, Duration time) {
      this.atOnce = atOnce;
      this.left = targets;
      this.end = System.nanoTime() + time.toNanos();
    }

    /** Seconds of fuzzing for the next target, starting the fuzzer not counted; one at least. */
    synchronized int next() {
      long share = (end - System.nanoTime()) / 1_000_000_000L * Math.min(atOnce, left) / left;
      left--;
      return (int) Math.max(1, share - START_UP_SECONDS);
    }
  }

  private static List<Target> targets(List<String> names) {
    return names.isEmpty() ? Targets.all() : names.stream().map(Targets::named).toList();
  }

  private static boolean isGood(Future<Boolean> result) throws InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException failed) {
      System.out.println(failed.getCause());
      return false;
    }
  }

  private static boolean run(Target target, int seconds) throws IOException, InterruptedException {
    Path corpus = corpus(target);
    Path log = WORK.resolve(target.name() + ".log");
    Process fuzzer =
        new ProcessBuilder(command(target, seconds, corpus))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = fuzzer.waitFor(seconds + 60L, TimeUnit.SECONDS);
    if (!ended) {
      fuzzer.destroyForcibly().waitFor();
    }
    String output = Files.readString(log, StandardCharsets.ISO_8859_1);
    List<Path> found = keepFound(target);
    String end = "nothing found";
    if (!found.isEmpty()) {
      end = "FOUND " + found + ": " + last(FAULT, output, 1);
    } else if (!ended || fuzzer.exitValue() != 0) {
      end = "DID NOT RUN, see " + log;
    }
    System.out.printf(
        "%-16s %9s inputs, coverage %5s, %s%n",
        target.name(), last(PROGRESS, output, 1), last(PROGRESS, output, 2), end);
    return end.equals("nothing found");
  }

  private static List<String> command(Target target, int seconds, Path corpus) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+EnableDynamicAgentLoading",
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + Fuzz.class.getName(),
        "--target_args=" + target.name(),
        "--instrumentation_includes=io.fleetverifier.**",
        "--custom_hook_includes=io.fleetverifier.**",
        "--disabled_hooks=" + SANITIZERS,
        "--reproducer_path=" + WORK,
        "-artifact_prefix=" + work(target) + "/found-",
        "-max_total_time=" + seconds,
        "-timeout=30",
        "-rss_limit_mb=0",
        corpus.toString());
  }

  private static Path work(Target target) {
    return WORK.resolve(target.name());
  }

  /** What earlier runs learnt, the right inputs, and all that was ever found. */
  private static Path corpus(Target target) throws IOException {
    Path corpus = Files.createDirectories(work(target).resolve("corpus"));
    for (Bytes seed : Seeds.of(target.name())) {
      Files.write(corpus.resolve(seed.sha256().toHex()), seed.toArray());
    }
    for (Path found : files(FOUND.resolve(target.name()))) {
      Files.copy(found, corpus.resolve(found.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    return corpus;
  }

  /** Moves what the fuzzer left to where the tests look; inputs that were only slow are let go. */
  private static List<Path> keepFound(Target target) throws IOException {
    List<Path> kept = new ArrayList<>();
    for (Path file : files(work(target))) {
      if (file.getFileName().toString().contains("slow-unit")) {
        Files.delete(file);
      } else {
        Path folder = Files.createDirectories(FOUND.resolve(target.name()));
        Path place = folder.resolve(file.getFileName());
        kept.add(Files.move(file, place, StandardCopyOption.REPLACE_EXISTING));
      }
    }
    return kept;
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String last(Pattern pattern, String output, int group) {
    return pattern
        .matcher(output)
        .results()
        .reduce((first, second) -> second)
        .map((MatchResult match) -> match.group(group))
        .orElse("?");
  }
}
