package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.snapshotproxy.connectors.aws.AwsAccess;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket of its own on the server, as the plain SDK sees it. */
final class Bucket implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  static {
    System.setProperty("aws.accessKeyId", "AKIDTEST");
    System.setProperty("aws.secretAccessKey", "secret");
  }

  private final String name;
  private final String url;
  private final S3Client s3;

  private Bucket(String name, String url, S3Client s3) {
    this.name = name;
    this.url = url;
    this.s3 = s3;
  }

  /** A new, empty bucket. */
  static Bucket create() throws IOException {
    String url = S3Server.shared().url();
    S3Client s3 =
        S3Client.builder()
            .endpointOverride(URI.create(url))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDTEST", "secret")))
            .build();
    String name = "archives-" + NUMBER.incrementAndGet();
    s3.createBucket(r -> r.bucket(name));
    return new Bucket(name, url, s3);
  }

  S3Client s3() {
    return s3;
  }

  String name() {
    return name;
  }

  /** A place in it: {@code prefix} is empty or ends with a slash. */
  S3Location at(String prefix) {
    return new S3Location(name, prefix);
  }

  /** The way to it. */
  S3Access access() {
    return access(url);
  }

  /** The way to it through another URL. */
  static S3Access access(String url) {
    return new S3Access(new AwsAccess("us-east-1", "", "", Map.of("s3", url)), true);
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

  HeadObjectResponse head(String key) {
    return s3.headObject(r -> r.bucket(name).key(key).checksumMode(ChecksumMode.ENABLED));
  }

  Map<String, String> tags(String key) {
    return s3.getObjectTagging(r -> r.bucket(name).key(key)).tagSet().stream()
        .collect(Collectors.toMap(tag -> tag.key(), tag -> tag.value()));
  }

  /** All keys that begin with this. */
  List<String> keys(String prefix) {
    return s3.listObjectsV2Paginator(r -> r.bucket(name).prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  /** All objects that begin with this. */
  Map<String, byte[]> objects(String prefix) {
    Map<String, byte[]> objects = new TreeMap<>();
    keys(prefix).forEach(key -> objects.put(key, get(key)));
    return objects;
  }

  @Override
  public void close() {
    s3.close();
  }
}
