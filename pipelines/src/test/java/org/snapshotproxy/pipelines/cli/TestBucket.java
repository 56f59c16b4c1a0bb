package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.snapshotproxy.endpoint.S3Server;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A fresh bucket of a real S3 server, seen through the plain SDK: nothing of the tool's own code.
 */
final class TestBucket implements AutoCloseable {
  private static S3Server server;

  private final String name = "bucket-" + UUID.randomUUID();
  private final S3Client s3;

  TestBucket() throws IOException, InterruptedException {
    s3 =
        S3Client.builder()
            .endpointOverride(URI.create(url()))
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
            .build();
    s3.createBucket(r -> r.bucket(name));
  }

  /** One server for all tests of this JVM. */
  private static synchronized S3Server server() throws IOException {
    if (server == null) {
      server = S3Server.start(Path.of(System.getProperty("fsp.s3-server")));
    }
    return server;
  }

  static String url() throws IOException, InterruptedException {
    return server().url();
  }

  String name() {
    return name;
  }

  /** Runs a command against this server and a cloud. */
  Invocation fsp(TestCloud cloud, String... arguments) throws IOException, InterruptedException {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--s3-endpoint-url";
    all[arguments.length + 1] = url();
    return cloud.fsp(all);
  }

  List<S3Object> objects(String prefix) {
    return s3.listObjectsV2Paginator(r -> r.bucket(name).prefix(prefix)).contents().stream()
        .toList();
  }

  List<String> keys(String prefix) {
    return objects(prefix).stream().map(S3Object::key).toList();
  }

  byte[] get(String key) {
    return s3.getObjectAsBytes(r -> r.bucket(name).key(key)).asByteArray();
  }

  void put(String key, byte[] bytes) {
    s3.putObject(r -> r.bucket(name).key(key), RequestBody.fromBytes(bytes));
  }

  void delete(String key) {
    s3.deleteObject(r -> r.bucket(name).key(key));
  }

  @Override
  public void close() {
    s3.close();
  }
}
