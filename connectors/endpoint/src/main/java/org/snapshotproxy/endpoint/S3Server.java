package org.snapshotproxy.endpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Somebody else's S3 server (Adobe's S3Mock), for tests and benchmarks of archives: its executable
 * jar in a process of its own, so that none of its libraries meets ours. It believes any
 * credentials and wants its buckets in the path. Ended with this process at the latest.
 * Thread-safe.
 */
public final class S3Server implements AutoCloseable {
  private static final Pattern STARTED =
      Pattern.compile("Tomcat started on ports?.* ([0-9]+) \\(http\\)");
  private static final long START_SECONDS = 180;

  private final Process process;
  private final Path directory;
  private final Thread hook = new Thread(this::stop, "s3-server-stop");
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  private S3Server(Path jar) throws IOException {
    directory = Files.createTempDirectory("fsp-s3-server");
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                // It leaves what it received here.
                "-Djava.io.tmpdir=" + directory,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString(),
                "--server.port=0",
                "--com.adobe.testing.s3mock.httpPort=0",
                "--com.adobe.testing.s3mock.store.root=" + directory.resolve("root"))
            .redirectErrorStream(true)
            .start();
    Runtime.getRuntime().addShutdownHook(hook);
    Thread drain = new Thread(this::drain, "s3-server-output");
    drain.setDaemon(true);
    drain.start();
  }

  /**
   * Starts a server.
   *
   * @param jar S3Mock's executable jar, which the build puts beside the S3 connector
   */
  public static S3Server start(Path jar) throws IOException {
    if (!Files.isRegularFile(jar)) {
      throw new IOException("There is no S3 server " + jar + "; `./mvnw verify` brings it.");
    }
    return new S3Server(jar);
  }

  /**
   * Its URL, once it answers.
   *
   * @throws IOException if it does not come to that, with what it said
   */
  public String url() throws IOException, InterruptedException {
    try {
      return "http://127.0.0.1:" + port.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the S3 server did not start", e);
    }
  }

  /** Its process, for measurements. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  private void drain() {
    StringBuilder said = new StringBuilder();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher started = STARTED.matcher(line);
        if (started.find()) {
          port.complete(Integer.valueOf(started.group(1)));
        }
        if (!port.isDone()) {
          said.append(line).append('\n');
        }
      }
      port.completeExceptionally(new IOException("it said:\n" + said));
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the process is ending, and the hook stops the server
    }
    stop();
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      List<Path> files;
      try (Stream<Path> all = Files.walk(directory)) {
        files = all.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Left to the system's cleaning of temporary files.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
