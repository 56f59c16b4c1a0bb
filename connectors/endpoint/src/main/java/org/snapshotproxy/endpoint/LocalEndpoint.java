package org.snapshotproxy.endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import org.snapshotproxy.endpoint.auth.Authenticator;
import org.snapshotproxy.endpoint.auth.Sessions;
import org.snapshotproxy.endpoint.fault.Faults;
import org.snapshotproxy.endpoint.policy.CallLog;
import org.snapshotproxy.endpoint.policy.Policies;
import org.snapshotproxy.endpoint.service.BlockTallies;
import org.snapshotproxy.endpoint.service.Counters;
import org.snapshotproxy.endpoint.service.Dispatcher;
import org.snapshotproxy.endpoint.service.Monitor;
import org.snapshotproxy.endpoint.service.Services;
import org.snapshotproxy.endpoint.service.Settings;
import org.snapshotproxy.endpoint.store.DiskStorage;
import org.snapshotproxy.endpoint.store.MemoryStorage;
import org.snapshotproxy.endpoint.store.SnapshotCatalog;
import org.snapshotproxy.endpoint.store.Storage;
import org.snapshotproxy.endpoint.wire.HttpServer;

/**
 * A running server. One port serves every region and service, for both are read from the signature.
 * Completed snapshots in a data directory survive the death of the process at any moment. Safe for
 * many threads.
 */
public final class LocalEndpoint implements Closeable {
  private final EndpointConfig config;
  private final SnapshotCatalog catalog;
  private final EndpointControl control;
  private final HttpServer server;

  private LocalEndpoint(EndpointConfig config, SnapshotCatalog catalog, EndpointClock clock)
      throws IOException {
    this.config = config;
    this.catalog = catalog;
    byte[] secret = catalog.secret();
    Sessions sessions = new Sessions(secret, clock);
    Settings settings = new Settings();
    settings.setCompletionDelayMillis(config.completionDelay().toMillis());
    settings.setQuotas(config.quotas());
    config.discard().forEach(region -> settings.setDiscard(region, true));
    Services services = new Services(catalog, sessions, settings, secret, clock);
    Faults faults = new Faults(config.seed());
    config.faults().forEach(faults::add);
    Monitor monitor =
        new Monitor(
            settings, faults, new Counters(), new BlockTallies(), new Policies(), new CallLog());
    this.control = new EndpointControl(config, catalog, services.starter(), monitor, clock);
    Authenticator authenticator =
        new Authenticator(
            config.credentials(),
            sessions,
            config.clock(),
            config.defaultRegion(),
            config.accountId());
    Dispatcher dispatcher =
        new Dispatcher(
            authenticator,
            services,
            monitor,
            new ControlCalls(control, config.remoteControl()),
            clock);
    this.server =
        new HttpServer(
            config.host(), config.port(), config.workers(), config.maxBodies(), dispatcher);
  }

  /**
   * Starts a server.
   *
   * @throws IOException if the data directory is in use or cannot be read, or the port is taken
   */
  public static LocalEndpoint start(EndpointConfig config) throws IOException {
    EndpointClock clock = new EndpointClock(config.clock());
    Storage storage =
        config.dataDirectory().isPresent()
            ? new DiskStorage(config.dataDirectory().get())
            : new MemoryStorage();
    SnapshotCatalog catalog = null;
    try {
      catalog = new SnapshotCatalog(storage, clock);
      return new LocalEndpoint(config, catalog, clock);
    } catch (IOException | RuntimeException e) {
      if (catalog != null) {
        catalog.close();
      } else {
        storage.close();
      }
      throw e;
    }
  }

  /** Where clients send their requests: {@code http://HOST:PORT}. */
  public URI uri() {
    String host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
    return URI.create("http://" + host + ":" + port());
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** The same operations as the control calls. */
  public EndpointControl control() {
    return control;
  }

  /** Stops the server. Pending snapshots in a data directory can be written on after a restart. */
  @Override
  public void close() throws IOException {
    server.close();
    catalog.close();
  }
}
