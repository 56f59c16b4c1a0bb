package org.snapshotproxy.endpoint.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.store.Geometry;
import org.snapshotproxy.endpoint.store.Sha256;
import org.snapshotproxy.endpoint.store.Snapshot;
import org.snapshotproxy.endpoint.store.SnapshotCatalog;
import org.snapshotproxy.endpoint.store.SnapshotMeta;
import org.snapshotproxy.endpoint.store.SnapshotSpec;
import org.snapshotproxy.endpoint.store.SnapshotState;
import org.snapshotproxy.endpoint.store.Status;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import org.snapshotproxy.endpoint.wire.Reply;
import org.snapshotproxy.endpoint.wire.Request;

/** StartSnapshot, and the making of synthetic snapshots. Safe for many threads. */
public final class Starter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEFAULT_TIMEOUT_MINUTES = 60;
  private static final int MAX_TAGS = 50;
  private static final long PENDING_QUOTA = 100;

  private final SnapshotCatalog catalog;
  private final SnapshotAccess access;
  private final Settings settings;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Starter(SnapshotCatalog catalog, SnapshotAccess access, Settings settings, Clock clock) {
    this.catalog = catalog;
    this.access = access;
    this.settings = settings;
    this.clock = clock;
  }

  /** The parameters of StartSnapshot, checked. */
  private record Wanted(
      int volumeSizeGiB,
      String parentId,
      Map<String, String> tags,
      String description,
      String clientToken,
      Optional<Boolean> encrypted,
      String kmsKeyArn,
      int timeoutMinutes) {

    /** Stands for all parameters but the client token. */
    String digest() {
      String all =
          volumeSizeGiB
              + "|"
              + parentId
              + "|"
              + tags
              + "|"
              + description
              + "|"
              + encrypted
              + "|"
              + kmsKeyArn
              + "|"
              + timeoutMinutes;
      return HexFormat.of().formatHex(Sha256.of(all.getBytes(StandardCharsets.UTF_8)));
    }
  }

  Reply start(Request request, Caller caller) throws ServiceError, IOException {
    Wanted wanted = parse(request.text());
    Snapshot snapshot;
    synchronized (this) {
      Optional<Snapshot> same = sameToken(wanted, caller);
      if (same.isPresent()) {
        if (!same.get().spec().requestDigest().equals(wanted.digest())) {
          throw new ServiceError(
              409,
              "ConflictException",
              "",
              "The client token was used for a StartSnapshot with other parameters.");
        }
        snapshot = same.get();
      } else {
        snapshot = create(wanted, caller);
      }
    }
    return Reply.text(201, "application/json", answer(snapshot));
  }

  private Optional<Snapshot> sameToken(Wanted wanted, Caller caller) {
    if (wanted.clientToken().isEmpty()) {
      return Optional.empty();
    }
    return catalog.list().stream()
        .filter(s -> s.spec().clientToken().equals(wanted.clientToken()))
        .filter(s -> s.spec().region().equals(caller.region()))
        .filter(s -> s.spec().owner().equals(caller.account()))
        .findAny();
  }

  private Snapshot create(Wanted wanted, Caller caller) throws ServiceError, IOException {
    checkPendingQuota(caller);
    Optional<Snapshot> parent = Optional.empty();
    if (!wanted.parentId().isEmpty()) {
      parent = Optional.of(parent(wanted, caller));
    }
    String id = newId();
    boolean encrypted =
        parent.map(p -> p.spec().encrypted()).orElse(wanted.encrypted().orElse(false));
    String key = parent.map(p -> p.spec().kmsKeyArn()).orElse(wanted.kmsKeyArn());
    if (encrypted && key.isEmpty()) {
      key = defaultKey(caller);
    }
    SnapshotSpec spec =
        new SnapshotSpec(
            id,
            caller.region(),
            caller.account(),
            "vol-ffffffff",
            clock.millis(),
            wanted.volumeSizeGiB(),
            wanted.description(),
            wanted.parentId(),
            parent.map(p -> p.spec().lineage()).orElse(id),
            encrypted,
            key,
            wanted.clientToken(),
            wanted.digest(),
            wanted.timeoutMinutes(),
            null);
    return catalog.create(new SnapshotMeta(spec, SnapshotState.pending(wanted.tags())));
  }

  private Snapshot parent(Wanted wanted, Caller caller) throws ServiceError {
    Snapshot parent = access.toRead(wanted.parentId(), caller);
    if (wanted.volumeSizeGiB() < parent.spec().volumeSizeGiB()) {
      throw ServiceError.validation(
          "INVALID_VOLUME_SIZE",
          "The volume of "
              + wanted.volumeSizeGiB()
              + " GiB is smaller than the parent's "
              + parent.spec().volumeSizeGiB()
              + " GiB.");
    }
    return parent;
  }

  private void checkPendingQuota(Caller caller) throws ServiceError {
    if (!settings.quotas()) {
      return;
    }
    long pending =
        catalog.list().stream()
            .filter(s -> s.spec().owner().equals(caller.account()))
            .filter(s -> s.spec().region().equals(caller.region()))
            .filter(s -> s.status() == Status.pending)
            .count();
    if (pending >= PENDING_QUOTA) {
      throw new ServiceError(
          400,
          "ConcurrentLimitExceededException",
          "",
          "The account has " + pending + " pending snapshots, the most it may have.");
    }
  }

  private static String defaultKey(Caller caller) {
    return "arn:aws:kms:"
        + caller.region()
        + ":"
        + caller.account()
        + ":key/00000000-0000-0000-0000-000000000000";
  }

  private String newId() {
    byte[] bytes = new byte[9];
    random.nextBytes(bytes);
    return "snap-" + HexFormat.of().formatHex(bytes).substring(1);
  }

  /**
   * Makes a completed snapshot whose blocks are computed.
   *
   * @param parent a synthetic snapshot it differs from
   * @throws IllegalArgumentException if the size is not 1 to 65,536, or the parent is stored
   */
  public Snapshot synthetic(
      String account,
      String region,
      int volumeSizeGiB,
      SyntheticSpec rule,
      Optional<Snapshot> parent)
      throws IOException {
    if (volumeSizeGiB < 1 || volumeSizeGiB > Geometry.MAX_VOLUME_GIB) {
      throw new IllegalArgumentException("volume size " + volumeSizeGiB + " is not 1 to 65536 GiB");
    }
    String id = newId();
    long now = clock.millis();
    SnapshotSpec spec =
        new SnapshotSpec(
            id,
            region,
            account,
            "vol-ffffffff",
            now,
            volumeSizeGiB,
            "synthetic, seed " + rule.seed(),
            parent.map(Snapshot::id).orElse(""),
            parent.map(p -> p.spec().lineage()).orElse(id),
            false,
            "",
            "",
            "",
            DEFAULT_TIMEOUT_MINUTES,
            rule);
    SnapshotState completed = new SnapshotState(Map.of(), now, 0, "", false, Set.of());
    return catalog.create(new SnapshotMeta(spec, completed));
  }

  private static Wanted parse(String text) throws ServiceError {
    JsonNode in;
    try {
      in = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ServiceError(400, "SerializationException", "", "The body is not JSON.");
    }
    if (in == null || !in.path("VolumeSize").isIntegralNumber()) {
      throw ServiceError.validation("INVALID_VOLUME_SIZE", "VolumeSize is missing.");
    }
    long size = in.get("VolumeSize").asLong();
    if (size < 1 || size > Geometry.MAX_VOLUME_GIB) {
      throw ServiceError.validation(
          "INVALID_VOLUME_SIZE", "VolumeSize is " + size + ", it has to be 1 to 65536 GiB.");
    }
    String token = limited(in, "ClientToken", 255);
    if (token.chars().anyMatch(Character::isWhitespace)) {
      throw ServiceError.invalid("ClientToken must not hold white space.");
    }
    if (in.hasNonNull("ParentSnapshotId") && in.get("ParentSnapshotId").asText().isEmpty()) {
      throw ServiceError.validation("INVALID_SNAPSHOT_ID", "ParentSnapshotId is empty.");
    }
    Wanted wanted =
        new Wanted(
            (int) size,
            limited(in, "ParentSnapshotId", 64),
            tags(in.path("Tags")),
            limited(in, "Description", 255),
            token,
            in.hasNonNull("Encrypted")
                ? Optional.of(in.get("Encrypted").asBoolean())
                : Optional.empty(),
            limited(in, "KmsKeyArn", 2048),
            timeout(in));
    checkEncryption(wanted);
    return wanted;
  }

  private static void checkEncryption(Wanted wanted) throws ServiceError {
    if (wanted.encrypted().isPresent() && !wanted.parentId().isEmpty()) {
      throw ServiceError.invalid("ParentSnapshotId and Encrypted exclude each other.");
    }
    String key = wanted.kmsKeyArn();
    if (key.isEmpty()) {
      return;
    }
    if (!wanted.encrypted().orElse(false)) {
      throw ServiceError.invalid("KmsKeyArn needs Encrypted to be true.");
    }
    if (!key.matches("arn:aws[a-z\\-]*:kms:.*:[0-9]{12}:key/.*")) {
      throw ServiceError.validation("INVALID_CUSTOMER_KEY", "KmsKeyArn is not the ARN of a key.");
    }
  }

  private static int timeout(JsonNode in) throws ServiceError {
    if (!in.hasNonNull("Timeout")) {
      return DEFAULT_TIMEOUT_MINUTES;
    }
    return EbsReads.number("Timeout", in.get("Timeout").asText(), 10, 4320);
  }

  private static String limited(JsonNode in, String name, int max) throws ServiceError {
    String text = in.path(name).asText("");
    if (text.length() > max) {
      throw ServiceError.invalid(name + " is longer than " + max + " characters.");
    }
    return text;
  }

  private static Map<String, String> tags(JsonNode list) throws ServiceError {
    Map<String, String> tags = new TreeMap<>();
    for (JsonNode tag : list) {
      String key = tag.path("Key").asText("");
      String value = tag.path("Value").asText("");
      if (key.isEmpty() || key.length() > 127 || value.length() > 255 || key.startsWith("aws:")) {
        throw ServiceError.validation("INVALID_TAG", "The tag '" + key + "' is not valid.");
      }
      if (tags.put(key, value) != null) {
        throw ServiceError.validation("INVALID_TAG", "The tag '" + key + "' comes twice.");
      }
    }
    if (tags.size() > MAX_TAGS) {
      throw ServiceError.validation("INVALID_TAG", "More than " + MAX_TAGS + " tags.");
    }
    return tags;
  }

  private static String answer(Snapshot snapshot) {
    SnapshotSpec spec = snapshot.spec();
    ObjectNode out = JSON.createObjectNode();
    out.put("SnapshotId", spec.id());
    out.put("OwnerId", spec.owner());
    out.put("Status", snapshot.status().name());
    out.put("StartTime", spec.startMillis() / 1000.0);
    out.put("VolumeSize", spec.volumeSizeGiB());
    out.put("BlockSize", Geometry.BLOCK_SIZE);
    if (!spec.description().isEmpty()) {
      out.put("Description", spec.description());
    }
    if (!spec.parentId().isEmpty()) {
      out.put("ParentSnapshotId", spec.parentId());
    }
    if (!spec.kmsKeyArn().isEmpty()) {
      out.put("KmsKeyArn", spec.kmsKeyArn());
    }
    if (!snapshot.state().tags().isEmpty()) {
      ArrayNode tags = out.putArray("Tags");
      snapshot.state().tags().forEach((k, v) -> tags.addObject().put("Key", k).put("Value", v));
    }
    return out.toString();
  }
}
