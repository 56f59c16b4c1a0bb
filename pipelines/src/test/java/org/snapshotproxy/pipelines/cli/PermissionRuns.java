package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.snapshotproxy.endpoint.auth.Credential;
import org.snapshotproxy.endpoint.policy.CallLog;
import org.snapshotproxy.endpoint.policy.Policies;
import org.snapshotproxy.endpoint.policy.Policy;

/**
 * The runs that {@code deploy/iam} has policies for: commands whose sides sign with keys of their
 * own, on snapshots and an archive that somebody else made.
 */
final class PermissionRuns implements AutoCloseable {
  static final String ORIGIN = "AKIDORIGIN";
  static final String DESTINATION = "AKIDDESTINATION";
  static final String S3 = "AKIDARCHIVE";

  private static final String ACCOUNT = "111111111111";
  private static final String OTHER_ACCOUNT = "222222222222";
  private static final String PREFIX = "team/backups";

  /** The words of the policies, and what stands for them here where a side does not decide. */
  static final Map<String, String> WORDS =
      Map.of(
          "REGION", "",
          "BUCKET", "",
          "PREFIX", PREFIX,
          "ACCOUNT", OTHER_ACCOUNT,
          "ROLE", "reader",
          "KEYID", "0",
          "TAGKEY", "team",
          "TAGVALUE", "blue");

  /** Makes the words of a command; its files are new each time. */
  private interface Command {
    List<String> words() throws Exception;
  }

  private final Path directory;
  private final TestCloud cloud;
  private final TestBucket bucket;
  private final S3Guard guard;
  private final Policies policies;
  private final CallLog calls;
  private final Witness virginia;
  private final Lineage lineage;
  private final String tagged;
  private final String parent;
  private final String place;
  private final Map<String, Command> commands = new LinkedHashMap<>();
  private final AtomicInteger files = new AtomicInteger();

  PermissionRuns(Path directory) throws Exception {
    this.directory = directory;
    cloud =
        TestCloud.start(
            config ->
                config.credentials(
                    List.of(
                        new Credential(TestCloud.KEY, TestCloud.SECRET, ACCOUNT),
                        new Credential(ORIGIN, "origin-secret", ACCOUNT),
                        new Credential(DESTINATION, "destination-secret", ACCOUNT),
                        new Credential(S3, "archive-secret", ACCOUNT))));
    bucket = new TestBucket();
    place = bucket.name() + "/" + PREFIX;
    policies = cloud.control().policies();
    calls = cloud.control().calls();
    guard = new S3Guard(TestBucket.url(), policies, calls);
    virginia = cloud.in("us-east-1");
    lineage = Lineage.sparse(cloud, virginia, 1);
    tagged = virginia.completed(1, Map.of(3, Witness.block(1)), "", Map.of("team", "red"));
    cloud.control().share(lineage.first(), OTHER_ACCOUNT);
    parent = cloud.fsp("copy", lineage.first(), "-d", "eu-west-1").succeeded().lastLine();
    bucket.fsp(cloud, "movetos3", lineage.first(), place, "--name", "base").succeeded();
    bucket
        .fsp(cloud, "movetos3", lineage.first(), place, "--name", "old", "--layout", "reference")
        .succeeded();
    TestCloud.signAsNobody();
    System.setProperty("aws.disableEc2Metadata", "true");
    profiles();
    readings();
    writings();
    archives();
  }

  private void profiles() throws IOException {
    String text =
        """
        [origin]
        aws_access_key_id = %s
        aws_secret_access_key = origin-secret
        [destination]
        aws_access_key_id = %s
        aws_secret_access_key = destination-secret
        [archive]
        aws_access_key_id = %s
        aws_secret_access_key = archive-secret
        """
            .formatted(ORIGIN, DESTINATION, S3);
    Path file = Files.writeString(directory.resolve("credentials"), text);
    System.setProperty("aws.sharedCredentialsFile", file.toString());
  }

  private void readings() {
    String first = lineage.first();
    String second = lineage.second();
    commands.put("list", () -> from("list", first));
    commands.put("list --digests", () -> from("list", first, "--export", fresh(), "--digests"));
    commands.put("diff", () -> from("diff", first, second));
    commands.put(
        "diff --digests", () -> from("diff", first, second, "--export", fresh(), "--digests"));
    commands.put("download", () -> from("download", first, fresh()));
    commands.put("multiclone", () -> from("multiclone", first, listing(fresh(), fresh())));
    commands.put(
        "deltadownload", () -> from("deltadownload", first, second, base(), "--verify-base"));
    commands.put("verify SNAPSHOT SNAPSHOT", () -> fromTo("verify", first, parent));
  }

  private void writings() {
    String first = lineage.first();
    String second = lineage.second();
    commands.put("upload", () -> to("upload", image()));
    commands.put(
        "upload --parent_snapshot_id", () -> to("upload", image(), "--parent_snapshot_id", parent));
    commands.put("upload --tag", () -> to("upload", image(), "--tag", "team=green"));
    commands.put(
        "upload --tag TAGKEY=TAGVALUE",
        () -> to("upload", image(), "--tag", "team=blue", "--tag", "other=one"));
    commands.put(
        "fanout",
        () ->
            List.of(
                "fanout",
                image(),
                listing("eu-west-1,profile=destination", "eu-central-1,profile=destination")));
    commands.put("copy", () -> fromTo("copy", first));
    commands.put("copy --copy-tags", () -> fromTo("copy", tagged, "--copy-tags"));
    commands.put("sync", () -> fromTo("sync", first, second, parent));
    commands.put(
        "sync --verify-base", () -> fromTo("sync", first, second, parent, "--verify-base"));
  }

  private void archives() {
    String first = lineage.first();
    commands.put("movetos3", () -> move(first, "whole"));
    commands.put("movetos3 --parent", () -> move(lineage.second(), "child", "--parent", "base"));
    commands.put(
        "movetos3 --layout reference", () -> move(first, "theirs", "--layout", "reference"));
    commands.put("movetos3 --tag", () -> move(first, "tagged", "--tag", "team=green"));
    commands.put("getfroms3", () -> restored("base"));
    commands.put("getfroms3 ... PATH", () -> archived("getfroms3", "base", place, fresh()));
    commands.put("verify ARCHIVE", () -> archived("verify", "s3://" + place + "/base"));
  }

  Set<String> names() {
    return commands.keySet();
  }

  private static List<String> from(String... words) {
    return join(List.of("-o", "us-east-1", "--profile", "origin"), List.of(words));
  }

  private static List<String> to(String... words) {
    return join(List.of(words), List.of("-d", "eu-west-1", "--destination-profile", "destination"));
  }

  private static List<String> fromTo(String... words) {
    return join(from(), to(words));
  }

  private List<String> archived(String... words) {
    return archived(List.of(words));
  }

  private List<String> archived(List<String> words) {
    return join(words, List.of("--s3-profile", "archive", "--s3-endpoint-url", guard.url()));
  }

  private List<String> move(String snapshot, String name, String... more) {
    List<String> words = join(List.of("movetos3", snapshot, place, "--name", name), List.of(more));
    return join(from(), archived(words));
  }

  private List<String> restored(String archive) {
    return archived("--profile", "destination", "getfroms3", archive, place, "-d", "eu-west-1");
  }

  private static List<String> join(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** One subtask asks for the same as many, and sooner. */
  private Invocation fsp(List<String> words) {
    return cloud.fsp(join(List.of("--parallelism", "1"), words).toArray(new String[0]));
  }

  /** A path where there is nothing yet. */
  private String fresh() {
    return directory.resolve("file-" + files.incrementAndGet()).toString();
  }

  private String listing(String... lines) throws IOException {
    return Files.write(Path.of(fresh()), List.of(lines)).toString();
  }

  private String image() throws IOException {
    return DiskImage.full(600_000, 1).create(Path.of(fresh())).toString();
  }

  private String base() throws IOException {
    return virginia.restore(lineage.first(), Path.of(fresh())).toString();
  }

  /** Gives every side's key its policies and nothing else, and begins to log. */
  void attach(PolicyPage.Row row, Policy... more) {
    policies.attach(ORIGIN, filled(row.origin(), List.of("us-east-1"), more));
    policies.attach(
        DESTINATION, filled(row.destination(), List.of("eu-west-1", "eu-central-1"), more));
    policies.attach(S3, filled(row.s3(), List.of("us-east-1"), more));
    calls.record(true);
  }

  /** Gives the origin's key one policy, and a role of the other account another. */
  void attachRole(String role, String itsPolicy, String policy) {
    policies.attach(ORIGIN, filled(List.of(policy), List.of("us-east-1")));
    policies.attach(role, filled(List.of(itsPolicy), List.of("us-east-1")));
    calls.record(true);
  }

  private List<Policy> filled(List<String> names, List<String> regions, Policy... more) {
    List<Policy> all = new ArrayList<>(Arrays.asList(more));
    for (String region : regions) {
      Map<String, String> words = new HashMap<>(WORDS);
      words.put("REGION", region);
      words.put("BUCKET", bucket.name());
      names.forEach(name -> all.add(PolicyPage.policy(name, words)));
    }
    return all;
  }

  /** Without policies, log and faults. */
  void forget() {
    policies.clear();
    calls.record(false);
    cloud.control().clearFaults();
  }

  Invocation real(String name) throws Exception {
    return fsp(commands.get(name).words());
  }

  Invocation dry(String name) throws Exception {
    return fsp(join(commands.get(name).words(), List.of("--dry-run")));
  }

  /** Lists as a role of the other account, which the first snapshot is shared with. */
  Invocation listAs(String role) {
    String arn = "arn:aws:iam::" + OTHER_ACCOUNT + ":role/" + role;
    return fsp(from("list", lineage.first(), "--role-arn", arn));
  }

  void fail(String fault) {
    cloud.control().addFault(fault);
  }

  /** No block can be written any more. */
  void failBlocks() {
    fail("access-denied:op=PutSnapshotBlock");
  }

  /** What the row's command does in other cases: it fails, goes on, finds the other layout. */
  void otherwise(String name) throws Exception {
    switch (name) {
      case "upload", "upload --tag TAGKEY=TAGVALUE", "copy" -> takeBack(name);
      case "movetos3", "movetos3 --layout reference" -> goOn(name);
      case "getfroms3" -> {
        takeBack(name);
        fsp(restored("old")).succeeded();
      }
      case "getfroms3 ... PATH" -> fsp(archived("getfroms3", "old", place, fresh())).succeeded();
      case "verify ARCHIVE" -> fsp(archived("verify", "s3://" + place + "/old")).succeeded();
      default -> {
        // Reads only, or fails as one of those above does.
      }
    }
  }

  /** A run that fails deletes the snapshot that it started. */
  private void takeBack(String name) throws Exception {
    failBlocks();
    Invocation failed = real(name);
    if (failed.code() != 1 || !failed.err().contains("deleted snap-")) {
      throw new AssertionError("should have failed and deleted its snapshot: " + failed);
    }
    cloud.control().clearFaults();
  }

  /** A run that was interrupted is repeated. */
  private void goOn(String name) throws Exception {
    List<String> words = new ArrayList<>(commands.get(name).words());
    words.set(words.indexOf("--name") + 1, "interrupted");
    fail("access-denied:op=GetSnapshotBlock,block=2047");
    if (fsp(words).code() != 1) {
      throw new AssertionError("should have failed");
    }
    cloud.control().clearFaults();
    fsp(words).succeeded();
  }

  /** The actions that a principal asked for. */
  Set<String> asked(String principal) {
    return calls.read().stream()
        .filter(entry -> entry.call().principal().equals(principal))
        .map(entry -> entry.call().action())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The actions that were asked for and not allowed on their resource. */
  Set<String> denied() {
    return calls.read().stream()
        .map(CallLog.Entry::call)
        .filter(call -> policies.denies(call).isPresent())
        .map(call -> call.action())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void close() throws IOException {
    System.clearProperty("aws.sharedCredentialsFile");
    System.clearProperty("aws.disableEc2Metadata");
    guard.close();
    bucket.close();
    cloud.close();
  }
}
