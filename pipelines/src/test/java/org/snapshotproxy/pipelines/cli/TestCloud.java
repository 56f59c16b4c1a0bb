package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.snapshotproxy.endpoint.EndpointConfig;
import org.snapshotproxy.endpoint.EndpointControl;
import org.snapshotproxy.endpoint.LocalEndpoint;

/** A local endpoint in memory, credentials that it believes, and witnesses that ask it. */
final class TestCloud implements AutoCloseable {
  static final String KEY = "AKIDTEST";
  static final String SECRET = "secret";

  private final UnaryOperator<EndpointConfig.Builder> config;
  private volatile LocalEndpoint endpoint;
  private final List<Witness> witnesses = new ArrayList<>();

  private TestCloud(UnaryOperator<EndpointConfig.Builder> config) throws IOException {
    this.config = config;
    this.endpoint = LocalEndpoint.start(config.apply(EndpointConfig.builder()).build());
    signAs(KEY, SECRET);
  }

  static TestCloud start() throws IOException {
    return start(config -> config);
  }

  static TestCloud start(UnaryOperator<EndpointConfig.Builder> config) throws IOException {
    return new TestCloud(config);
  }

  /**
   * Ends the endpoint and starts it again at the same address, with its data directory and without
   * its faults.
   *
   * @param meanwhile runs while there is none
   */
  void restart(Runnable meanwhile) throws IOException {
    int port = endpoint.uri().getPort();
    endpoint.close();
    meanwhile.run();
    endpoint = LocalEndpoint.start(config.apply(EndpointConfig.builder()).port(port).build());
  }

  /** Gives the commands of this process these credentials. */
  static void signAs(String key, String secret) {
    System.setProperty("aws.accessKeyId", key);
    System.setProperty("aws.secretAccessKey", secret);
  }

  /** Leaves the commands of this process without the credentials of {@link #signAs}. */
  static void signAsNobody() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  String url() {
    return endpoint.uri().toString();
  }

  EndpointControl control() {
    return endpoint.control();
  }

  long answered(String operation) {
    return control().counters().read(operation, "ok");
  }

  /** Runs a command against this endpoint. */
  Invocation fsp(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--endpoint-url";
    all[arguments.length + 1] = url();
    return Invocation.of(all);
  }

  /** The account of {@link #KEY} as the plain SDK sees it. */
  Witness in(String region) {
    return in(region, KEY, SECRET);
  }

  Witness in(String region, String key, String secret) {
    Witness witness = new Witness(endpoint.uri(), region, key, secret);
    witnesses.add(witness);
    return witness;
  }

  /** The account as another endpoint has it, one that this process did not start. */
  Witness at(String url, String region) {
    Witness witness = new Witness(URI.create(url), region, KEY, SECRET);
    witnesses.add(witness);
    return witness;
  }

  @Override
  public void close() throws IOException {
    witnesses.forEach(Witness::close);
    endpoint.close();
    signAsNobody();
  }
}
