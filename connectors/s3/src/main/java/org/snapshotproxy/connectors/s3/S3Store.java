package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.aws.AwsSession;
import org.snapshotproxy.connectors.aws.Faults;
import org.snapshotproxy.connectors.aws.Patience;
import org.snapshotproxy.connectors.aws.Retrier;
import org.snapshotproxy.connectors.aws.UnsignedBodyScheme;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * The objects of one {@link S3Access}, through the one retry policy; shared by all who use it in
 * this process. Counted: the last {@link #close} closes it. Thread-safe.
 */
final class S3Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);

  /** An object of 32 MiB may take minutes on a slow line; silence on it may not. */
  private static final AwsSession.Timeouts TIMEOUTS =
      new AwsSession.Timeouts(
          Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(15));

  /** Reads of an object that comes damaged, before it is given up: the line may have done it. */
  private static final int READS = 3;

  /**
   * Answers with a status of the caller's fault that the line or another request is to blame for.
   */
  private static final Set<String> PASSING =
      Set.of(
          "BadDigest",
          "IncompleteBody",
          "OperationAborted",
          "RequestTimeout",
          "XAmzContentSHA256Mismatch");

  /** What a missing permission to read is called; nothing in the answer to HEAD. */
  private static final Set<String> DENIED = Set.of("", "AccessDenied");

  private static final Map<Use, Shared> SHARED = new HashMap<>();

  private final Shared shared;
  private final RequestMetrics requests;

  private S3Store(Shared shared, RequestMetrics requests) {
    this.shared = shared;
    this.requests = requests;
  }

  /** Who asks: a driver, before whom a user waits, gives up sooner than a job. */
  private record Use(S3Access access, Patience patience) {}

  /** What all stores of one use in this process have in common. */
  private static final class Shared {
    private final Use use;
    private final AwsSession session;
    private final S3Client s3;
    private final Retrier reads;
    private final Retrier writes;
    private int users;

    Shared(Use use) {
      S3Access access = use.access();
      this.use = use;
      this.reads = new Retrier(use.patience(), S3Store::isPassing);
      this.writes = new Retrier(use.patience(), S3Store::isPassing);
      this.session = new AwsSession(access.aws(), TIMEOUTS);
      this.s3 =
          session
              // The body is bound to the request by its checksum in a signed header.
              .configure(S3Client.builder().putAuthScheme(new UnsignedBodyScheme()), "s3")
              .forcePathStyle(access.pathStyle())
              .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
              .build();
    }
  }

  /** The store of this access for a job; the caller closes it. */
  static S3Store open(S3Access access) {
    return open(new Use(access, Patience.JOB.outlasting(access.aws().outage())));
  }

  /** The store of this access for a driver; the caller closes it. */
  static S3Store openForDriver(S3Access access) {
    return open(new Use(access, Patience.DRIVER));
  }

  private static S3Store open(Use use) {
    synchronized (SHARED) {
      Shared shared = SHARED.computeIfAbsent(use, Shared::new);
      shared.users++;
      return new S3Store(shared, RequestMetrics.unread());
    }
  }

  /** The same store with its requests counted elsewhere; one of the two is closed, not both. */
  S3Store countedIn(RequestMetrics other) {
    return new S3Store(shared, other);
  }

  private <T> T read(String operation, Supplier<String> what, Supplier<T> request)
      throws InterruptedException {
    return shared.reads.call(shared.reads.measured(requests, operation), what, request);
  }

  private <T> T write(String operation, Supplier<String> what, Supplier<T> request)
      throws InterruptedException {
    return shared.writes.call(shared.writes.measured(requests, operation), what, request);
  }

  /** Reads a body; may be called again where the connection broke. */
  @FunctionalInterface
  interface Body<T> {
    T read(InputStream body, GetObjectResponse response) throws IOException, InterruptedException;
  }

  /**
   * Gets an object and reads it.
   *
   * @return empty if there is no such object
   * @throws DamagedObject if the body's reader found it to be so
   * @throws FspException if it cannot be read
   */
  <T> Optional<T> get(S3Location place, String relative, Body<T> body)
      throws IOException, InterruptedException {
    String uri = place.uri(relative);
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(place.bucket())
            .key(place.key(relative))
            // The CRC-32C that is kept; without this the SDK asks for an MD5 of every body.
            .checksumMode(ChecksumMode.ENABLED)
            .build();
    for (int attempt = 1; ; attempt++) {
      try {
        return Optional.of(
            read("GetObject", () -> "GetObject of " + uri, () -> read(request, body)));
      } catch (UncheckedIOException e) {
        LOG.warn("{}: attempt {} of {}: it {}", uri, attempt, READS, e.getCause().getMessage());
        if (attempt == READS) {
          throw e.getCause();
        }
      } catch (FspException e) {
        throw unread(uri, e);
      } catch (MissingKey e) {
        return Optional.empty();
      }
    }
  }

  /** The body is read within the attempt, so its timeout is for the body too. */
  private <T> T read(GetObjectRequest request, Body<T> body) {
    try {
      return shared.s3.getObject(
          request,
          ResponseTransformer.unmanaged((response, stream) -> read(stream, response, body)));
    } catch (AwsServiceException e) {
      if ("NoSuchKey".equals(Faults.code(e))) {
        throw new MissingKey();
      }
      throw e;
    } catch (SdkClientException e) {
      // The SDK wraps what the body's reader throws, more than once.
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof DamagedObject damaged) {
          throw new UncheckedIOException(damaged);
        }
      }
      throw e;
    }
  }

  /** Gives the connection back at the end, or ends it where a part of the body is still to come. */
  private static <T> T read(AbortableInputStream stream, GetObjectResponse response, Body<T> body)
      throws IOException, InterruptedException {
    boolean whole = false;
    try {
      T result = body.read(stream, response);
      whole = true;
      return result;
    } finally {
      if (whole) {
        stream.close();
      } else {
        stream.abort();
      }
    }
  }

  /** The length of an object; empty if there is none. */
  OptionalLong length(S3Location place, String relative) throws IOException, InterruptedException {
    String uri = place.uri(relative);
    try {
      return OptionalLong.of(
          read(
              "HeadObject",
              () -> "HeadObject of " + uri,
              () -> {
                try {
                  return shared
                      .s3
                      .headObject(r -> r.bucket(place.bucket()).key(place.key(relative)))
                      .contentLength();
                } catch (AwsServiceException e) {
                  // The answer to HEAD has no body that could name an error.
                  if (e.statusCode() == 404) {
                    throw new MissingKey();
                  }
                  throw e;
                }
              }));
    } catch (MissingKey e) {
      return OptionalLong.empty();
    } catch (FspException e) {
      throw unread(uri, e);
    }
  }

  /** Puts an object; a service that keeps another checksum than it was told fails the put. */
  void put(S3Location place, String relative, PutObjectRequest.Builder request, RequestBody body)
      throws IOException, InterruptedException {
    PutObjectRequest whole = request.bucket(place.bucket()).key(place.key(relative)).build();
    String uri = place.uri(relative);
    String kept;
    try {
      kept =
          write("PutObject", () -> "PutObject of " + uri, () -> shared.s3.putObject(whole, body))
              .checksumCRC32C();
    } catch (FspException e) {
      throw explained(uri, e);
    }
    if (kept != null && !kept.equals(whole.checksumCRC32C())) {
      throw new IOException(
          uri + " was acknowledged with checksum " + kept + ", not " + whole.checksumCRC32C());
    }
  }

  /** Deletes an object; one that is already gone is fine. */
  void delete(S3Location place, String relative) throws IOException, InterruptedException {
    String uri = place.uri(relative);
    try {
      write(
          "DeleteObject",
          () -> "DeleteObject of " + uri,
          () -> shared.s3.deleteObject(r -> r.bucket(place.bucket()).key(place.key(relative))));
    } catch (FspException e) {
      throw explained(uri, e);
    }
  }

  /** One page of keys in ascending order; of what follows a delimiter only the common prefixes. */
  ListObjectsV2Response list(S3Location place, ListObjectsV2Request.Builder request)
      throws IOException, InterruptedException {
    ListObjectsV2Request whole = request.bucket(place.bucket()).build();
    Supplier<String> what = () -> "ListObjectsV2 of s3://" + place.bucket() + "/" + whole.prefix();
    try {
      return read("ListObjectsV2", what, () -> shared.s3.listObjectsV2(whole));
    } catch (FspException e) {
      throw explained("s3://" + place.bucket() + "/" + whole.prefix(), e);
    }
  }

  private static boolean isPassing(AwsServiceException error) {
    return PASSING.contains(Faults.code(error))
        // Not every server says BadDigest where S3 does.
        || error.statusCode() == 400 && Faults.detail(error).contains("x-amz-checksum");
  }

  private static FspException unread(String uri, FspException failure) {
    boolean denied =
        failure.getCause() instanceof AwsServiceException error
            && error.statusCode() == 403
            && DENIED.contains(Faults.code(error));
    return denied
        ? new FspException(
            "Reading "
                + uri
                + " was denied; the caller needs s3:GetObject, and s3:ListBucket, without which S3 denies what is not there too.",
            failure)
        : explained(uri, failure);
  }

  private static FspException explained(String uri, FspException failure) {
    if (!(failure.getCause() instanceof AwsServiceException error)) {
      return failure;
    }
    // The answer to HEAD has no body that could name an error.
    if (error.statusCode() == 301) {
      return elsewhere(uri, failure);
    }
    return switch (Faults.code(error)) {
      case "NoSuchBucket" ->
          new FspException(
              "There is no bucket for " + uri + "; check its name, the region and the endpoint.",
              failure);
      case "InvalidObjectState" ->
          new FspException(
              uri
                  + " is in a storage class that must be restored before it can be read; restore the archive's objects in S3, then repeat the command.",
              failure);
      case "AuthorizationHeaderMalformed", "IllegalLocationConstraintException" ->
          elsewhere(uri, failure);
      default -> failure;
    };
  }

  private static FspException elsewhere(String uri, FspException failure) {
    return new FspException(
        uri + " is in another region than the one asked; give the bucket's region.", failure);
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--shared.users > 0) {
        return;
      }
      SHARED.remove(shared.use, shared);
    }
    shared.s3.close();
    shared.session.close();
  }

  private static final class MissingKey extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingKey() {
      super(null, null, false, false);
    }
  }
}
