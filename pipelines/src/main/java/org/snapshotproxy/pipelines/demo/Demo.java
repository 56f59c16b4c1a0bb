package org.snapshotproxy.pipelines.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.endpoint.EndpointConfig;
import org.snapshotproxy.endpoint.LocalEndpoint;

/** Runs the tool's own commands against a local endpoint and proves the result. */
public final class Demo {
  private static final String FIRST = "us-east-1";
  private static final String SECOND = "eu-west-1";

  private final PrintStream out;
  private final Command command;
  private final Path image;

  /**
   * @param image the image to move, or null to make one
   */
  public Demo(PrintStream out, Command command, Path image) {
    this.out = out;
    this.command = command;
    this.image = image;
  }

  /** The tool's command line. */
  @FunctionalInterface
  public interface Command {
    /** Runs one command, which prints its results to {@code out}, and returns its exit code. */
    int run(String[] arguments, PrintStream out);
  }

  /** Runs it; 0 if every byte came back. */
  public int run() throws IOException, InterruptedException {
    // Any key will do here, and the user's own must not be sent anywhere.
    System.setProperty("aws.accessKeyId", "demo");
    System.setProperty("aws.secretAccessKey", "demo");
    Path directory = Files.createTempDirectory("fsp-demo-");
    try {
      Path source = image == null ? DemoImage.make(directory) : image;
      EndpointConfig config =
          EndpointConfig.builder().dataDirectory(directory.resolve("endpoint")).build();
      try (LocalEndpoint endpoint = LocalEndpoint.start(config)) {
        return move(endpoint.uri().toString(), source, directory.resolve("restored.img"));
      }
    } finally {
      delete(directory);
    }
  }

  private int move(String url, Path source, Path restored) throws IOException {
    out.printf(Locale.ROOT, "A local endpoint serves every region at %s.%n", url);
    out.printf(Locale.ROOT, "The disk image is %s, %d bytes.%n", source, Files.size(source));
    long started = System.nanoTime();
    String first =
        last(
            step(
                "1. Upload it as a snapshot in " + FIRST,
                url,
                "upload",
                source.toString(),
                "-d",
                FIRST));
    String second =
        last(
            step(
                "2. Copy the snapshot to " + SECOND,
                url,
                "-o",
                FIRST,
                "copy",
                first,
                "-d",
                SECOND));
    step(
        "3. Download the copy from " + SECOND,
        url,
        "-o",
        SECOND,
        "download",
        second,
        restored.toString());
    out.printf("%n4. Compare the download with the image%n");
    long compared = Comparison.check(source, restored);
    out.printf(
        Locale.ROOT,
        "   Identical: %d bytes compared, %d of the image and zeros up to the volume's size.%n",
        compared,
        Files.size(source));
    out.printf(
        Locale.ROOT, "%nAll of it took %.1f seconds.%n", (System.nanoTime() - started) / 1e9);
    byHand(source, first, second);
    return 0;
  }

  private List<String> step(String title, String url, String... words) {
    out.printf("%n%s%n   $ fsp %s%n", title, String.join(" ", words));
    out.flush();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    String[] arguments = new String[words.length + 2];
    arguments[0] = "--endpoint-url";
    arguments[1] = url;
    System.arraycopy(words, 0, arguments, 2, words.length);
    int code = command.run(arguments, new PrintStream(printed, true, StandardCharsets.UTF_8));
    if (code != 0) {
      throw new FspException("The demo stopped at '" + title + "'; the reason is above.");
    }
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    lines.forEach(line -> out.println("   " + line));
    return lines;
  }

  private static String last(List<String> lines) {
    return lines.get(lines.size() - 1);
  }

  private void byHand(Path source, String first, String second) {
    out.printf(
        """

        The same by hand, with the endpoint in another terminal:
          ./fsp endpoint --port 8490 --data snapshots
          export AWS_ENDPOINT_URL=http://127.0.0.1:8490 AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo
          ./fsp upload %s -d %s              # prints the snapshot's id last, here %s
          ./fsp -o %s copy %s -d %s
          ./fsp -o %s download %s restored.img
          cmp -n $(stat -c %%s %s) %s restored.img
        """,
        image == null ? "disk.img" : source,
        FIRST,
        first,
        FIRST,
        first,
        SECOND,
        SECOND,
        second,
        image == null ? "disk.img" : source,
        image == null ? "disk.img" : source);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
