package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.endpoint.EndpointConfig;
import org.snapshotproxy.endpoint.LocalEndpoint;
import org.snapshotproxy.endpoint.auth.Credential;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code fsp endpoint}. */
@Command(
    name = "endpoint",
    description = {
      "Serves the EBS direct APIs, and what tools need of EC2, STS and S3, on this machine.",
      "One port serves every region. Runs until it is interrupted."
    },
    footer = {
      "",
      "Examples:",
      "  fsp endpoint --port 8490 --data snapshots",
      "  fsp endpoint --fault 'throttle:op=GetSnapshotBlock,p=0.01'"
    })
final class EndpointCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "8490",
      description = "Port to listen on, 0 for any. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep snapshots in this directory. Default: in memory.")
  private Path data;

  @Option(
      names = "--credential",
      paramLabel = "KEY:SECRET:ACCOUNT",
      description =
          "Accept only requests signed with this key. Repeatable. Default: every request.")
  private List<String> credentials = new ArrayList<>();

  @Option(
      names = "--fault",
      paramLabel = "SPEC",
      description = "Inject a fault; see the endpoint's page. Repeatable.")
  private List<String> faults = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the faults' chances. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--quotas", description = "Enforce the service's default quotas.")
  private boolean quotas;

  @Option(
      names = "--discard",
      paramLabel = "REGION",
      description =
          "Verify puts in this region and drop their data; * is every region. Repeatable.")
  private List<String> discard = new ArrayList<>();

  @Option(
      names = "--completion-delay",
      paramLabel = "MILLIS",
      defaultValue = "50",
      description = "From CompleteSnapshot to completed. Default: ${DEFAULT-VALUE}.")
  private long completionDelay;

  @Option(names = "--remote-control", description = "Take control calls from other machines too.")
  private boolean remoteControl;

  @Override
  public Integer call() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    try (LocalEndpoint endpoint = start()) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(endpoint), "fsp-endpoint-stop"));
      root.out().println("Listening on " + endpoint.uri());
      root.out().flush();
      stopped.await();
    }
    return 0;
  }

  private LocalEndpoint start() throws IOException {
    try {
      return LocalEndpoint.start(config());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage() + ".");
    }
  }

  private EndpointConfig config() {
    EndpointConfig.Builder builder =
        EndpointConfig.builder()
            .host(host)
            .port(port)
            .credentials(credentials.stream().map(Credential::parse).toList())
            .faults(faults)
            .seed(seed)
            .quotas(quotas)
            .discard(discard)
            .remoteControl(remoteControl)
            .completionDelay(Duration.ofMillis(completionDelay));
    if (data != null) {
      builder.dataDirectory(data);
    }
    return builder.build();
  }

  private static void close(LocalEndpoint endpoint) {
    try {
      endpoint.close();
    } catch (IOException e) {
      throw new FspException("The endpoint did not close cleanly: " + e.getMessage(), e);
    }
  }
}
