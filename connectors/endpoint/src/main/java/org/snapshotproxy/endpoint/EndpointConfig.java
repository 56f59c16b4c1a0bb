package org.snapshotproxy.endpoint;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.snapshotproxy.endpoint.auth.Credential;

/**
 * How a local endpoint is set up. Immutable; start from {@link #builder()}.
 *
 * @param host address to listen on
 * @param port to listen on, 0 takes a free one
 * @param dataDirectory where snapshots are kept; without one they live in memory
 * @param credentials key pairs to accept; none accepts every request
 * @param defaultRegion of requests without a signature
 * @param accountId 12 digits, of requests whose key nobody knows
 * @param completionDelay from CompleteSnapshot to {@code completed}, zero or more
 * @param discard regions whose puts are verified and indexed but not kept; {@code *} is all
 * @param quotas whether the service's quotas hold
 * @param faults specs of the faults to begin with, see {@link
 *     org.snapshotproxy.endpoint.fault.FaultRule}
 * @param seed of everything that faults leave to chance
 * @param remoteControl whether control calls are taken from other machines
 * @param maxBodies request bodies in memory at once, at least 1
 * @param workers threads that handle requests, at least 1
 * @param clock that tokens, timeouts and dates of signatures go by
 */
public record EndpointConfig(
    String host,
    int port,
    Optional<Path> dataDirectory,
    List<Credential> credentials,
    String defaultRegion,
    String accountId,
    Duration completionDelay,
    List<String> discard,
    boolean quotas,
    List<String> faults,
    long seed,
    boolean remoteControl,
    int maxBodies,
    int workers,
    Clock clock) {

  /**
   * @throws IllegalArgumentException if a value is outside its range
   */
  public EndpointConfig {
    Objects.requireNonNull(clock, "clock");
    require(port >= 0 && port <= 65_535, "port " + port + " is not 0 to 65535");
    require(accountId.matches("[0-9]{12}"), "account id '" + accountId + "' is not 12 digits");
    require(!completionDelay.isNegative(), "completion delay is negative");
    require(maxBodies >= 1, "max bodies is " + maxBodies + ", it has to be 1 or more");
    require(workers >= 1, "workers is " + workers + ", it has to be 1 or more");
    credentials = List.copyOf(credentials);
    discard = List.copyOf(discard);
    faults = List.copyOf(faults);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Memory, loopback, any port, any signature. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings; every one has a default. For one thread. */
  public static final class Builder {
    private String host = "127.0.0.1";
    private int port;
    private Optional<Path> dataDirectory = Optional.empty();
    private List<Credential> credentials = List.of();
    private String defaultRegion = "us-east-1";
    private String accountId = "123456789012";
    private Duration completionDelay = Duration.ofMillis(50);
    private List<String> discard = List.of();
    private boolean quotas;
    private List<String> faults = List.of();
    private long seed;
    private boolean remoteControl;
    private int maxBodies = 256;
    private int workers = Math.max(4, Runtime.getRuntime().availableProcessors());
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /** Address to listen on; default {@code 127.0.0.1}. */
    public Builder host(String value) {
      host = value;
      return this;
    }

    /** Port to listen on; default 0, any. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** Keeps snapshots in a directory; default memory. */
    public Builder dataDirectory(Path value) {
      dataDirectory = Optional.of(value);
      return this;
    }

    /** Key pairs to accept; default none, which accepts every request. */
    public Builder credentials(List<Credential> value) {
      credentials = value;
      return this;
    }

    /** Region of requests without a signature; default {@code us-east-1}. */
    public Builder defaultRegion(String value) {
      defaultRegion = value;
      return this;
    }

    /** Account of requests whose key nobody knows; default {@code 123456789012}. */
    public Builder accountId(String value) {
      accountId = value;
      return this;
    }

    /** From CompleteSnapshot to {@code completed}; default 50 ms. */
    public Builder completionDelay(Duration value) {
      completionDelay = value;
      return this;
    }

    /** Regions whose puts are not kept; {@code *} is all; default none. */
    public Builder discard(List<String> value) {
      discard = value;
      return this;
    }

    /** Whether the service's quotas hold; default no. */
    public Builder quotas(boolean value) {
      quotas = value;
      return this;
    }

    /** Specs of the faults to begin with; default none. */
    public Builder faults(List<String> value) {
      faults = value;
      return this;
    }

    /** Seed of everything that faults leave to chance; default 0. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Whether control calls are taken from other machines; default no. */
    public Builder remoteControl(boolean value) {
      remoteControl = value;
      return this;
    }

    /** Request bodies in memory at once; default 256, which is 128 MiB. */
    public Builder maxBodies(int value) {
      maxBodies = value;
      return this;
    }

    /** Threads that handle requests; default the processors, at least 4. */
    public Builder workers(int value) {
      workers = value;
      return this;
    }

    /** Clock for tokens, timeouts and signatures; default the system's. */
    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public EndpointConfig build() {
      return new EndpointConfig(
          host,
          port,
          dataDirectory,
          credentials,
          defaultRegion,
          accountId,
          completionDelay,
          discard,
          quotas,
          faults,
          seed,
          remoteControl,
          maxBodies,
          workers,
          clock);
    }
  }
}
