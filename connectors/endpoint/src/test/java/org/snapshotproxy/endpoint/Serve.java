package org.snapshotproxy.endpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.snapshotproxy.endpoint.auth.Credential;

/**
 * Runs an endpoint by hand: {@code Serve PORT [DIRECTORY|memory|discard [CREDENTIAL]]}; ends with
 * the process.
 */
final class Serve {
  private Serve() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    EndpointConfig.Builder config =
        EndpointConfig.builder().port(Integer.parseInt(args[0])).completionDelay(Duration.ZERO);
    if (args.length > 1 && args[1].equals("discard")) {
      config.discard(List.of("*"));
    } else if (args.length > 1 && !args[1].equals("memory")) {
      config.dataDirectory(Path.of(args[1]));
    }
    if (args.length > 2) {
      config.credentials(List.of(Credential.parse(args[2])));
    }
    try (LocalEndpoint endpoint = LocalEndpoint.start(config.build())) {
      System.out.println(endpoint.uri());
      Thread.currentThread().join();
    }
  }
}
