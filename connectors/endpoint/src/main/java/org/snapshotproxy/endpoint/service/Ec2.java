package org.snapshotproxy.endpoint.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.store.Snapshot;
import org.snapshotproxy.endpoint.store.SnapshotCatalog;
import org.snapshotproxy.endpoint.store.SnapshotSpec;
import org.snapshotproxy.endpoint.store.Status;
import org.snapshotproxy.endpoint.wire.Reply;

/** The EC2 operations that snapshot tools ask for. Safe for many threads. */
final class Ec2 {
  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";
  private static final int MAX_PAGE = 1000;
  private static final int MIN_PAGE = 5;
  private static final List<String> REGIONS =
      List.of(
          "ap-northeast-1",
          "ap-northeast-2",
          "ap-northeast-3",
          "ap-south-1",
          "ap-southeast-1",
          "ap-southeast-2",
          "ca-central-1",
          "eu-central-1",
          "eu-north-1",
          "eu-west-1",
          "eu-west-2",
          "eu-west-3",
          "sa-east-1",
          "us-east-1",
          "us-east-2",
          "us-west-1",
          "us-west-2");

  private final SnapshotCatalog catalog;
  private final SnapshotAccess access;

  Ec2(SnapshotCatalog catalog, SnapshotAccess access) {
    this.catalog = catalog;
    this.access = access;
  }

  Reply handle(Route route, Caller caller) throws ServiceError, IOException {
    return switch (route.operation()) {
      case "DescribeSnapshots" -> describeSnapshots(route, caller);
      case "DescribeRegions" -> describeRegions(route);
      case "DescribeVolumes" -> describeVolumes(route, caller);
      case "CreateTags" -> createTags(route, caller);
      case "DeleteSnapshot" -> deleteSnapshot(route, caller);
      default ->
          throw new ServiceError(
              400,
              "InvalidAction",
              "",
              "The action " + route.operation() + " is not valid for this web service.");
    };
  }

  private static Xml begin(String operation) {
    return new Xml()
        .open(operation + "Response xmlns=\"" + NAMESPACE + "\"")
        .leaf("requestId", UUID.randomUUID());
  }

  private static Reply end(Xml xml, String operation) {
    return Reply.text(200, "text/xml;charset=UTF-8", xml.close(operation + "Response").toString());
  }

  private static void checkDryRun(Route route) throws ServiceError {
    if (route.parameter("DryRun").equalsIgnoreCase("true")) {
      throw new ServiceError(
          412, "DryRunOperation", "", "Request would have succeeded, but DryRun flag is set.");
    }
  }

  /** The values of a list parameter, {@code Name.1}, {@code Name.2}, … */
  private static List<String> list(Route route, String name) {
    List<String> values = new ArrayList<>();
    for (int i = 1; route.parameters().containsKey(name + "." + i); i++) {
      values.add(route.parameter(name + "." + i));
    }
    return values;
  }

  private static Map<String, List<String>> filters(Route route) {
    Map<String, List<String>> filters = new TreeMap<>();
    for (int i = 1; route.parameters().containsKey("Filter." + i + ".Name"); i++) {
      filters.put(route.parameter("Filter." + i + ".Name"), list(route, "Filter." + i + ".Value"));
    }
    return filters;
  }

  private Reply describeSnapshots(Route route, Caller caller) throws ServiceError {
    checkDryRun(route);
    List<String> ids = list(route, "SnapshotId");
    for (String id : ids) {
      visible(id, caller);
    }
    List<String> owners =
        list(route, "Owner").stream().map(o -> o.equals("self") ? caller.account() : o).toList();
    SnapshotFilter filter = new SnapshotFilter(filters(route));
    List<Snapshot> found =
        catalog.list().stream()
            .filter(s -> s.spec().region().equals(caller.region()))
            .filter(s -> SnapshotAccess.readableBy(s, caller.account()))
            .filter(s -> ids.isEmpty() || ids.contains(s.id()))
            .filter(s -> owners.isEmpty() || owners.contains(s.spec().owner()))
            .filter(filter)
            .sorted(Comparator.comparing(Snapshot::id))
            .toList();
    return snapshotPage(route, found);
  }

  private Reply snapshotPage(Route route, List<Snapshot> found) throws ServiceError {
    String token = route.parameter("NextToken");
    String max = route.parameter("MaxResults");
    int size = max.isEmpty() ? found.size() : pageSize(max);
    String after = after(token);
    List<Snapshot> rest = found.stream().filter(s -> s.id().compareTo(after) > 0).toList();
    List<Snapshot> page = rest.subList(0, Math.min(size, rest.size()));
    Xml xml = begin("DescribeSnapshots").open("snapshotSet");
    page.forEach(s -> snapshot(xml, s));
    xml.close("snapshotSet");
    if (page.size() < rest.size()) {
      String last = page.get(page.size() - 1).id();
      xml.leaf(
          "nextToken",
          Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8)));
    }
    return end(xml, "DescribeSnapshots");
  }

  /** The id of the last snapshot of the page before. */
  private static String after(String token) throws ServiceError {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      throw parameter("NextToken is not valid.");
    }
  }

  private static int pageSize(String text) throws ServiceError {
    try {
      int size = Integer.parseInt(text);
      if (size >= MIN_PAGE) {
        return Math.min(size, MAX_PAGE);
      }
    } catch (NumberFormatException e) {
      throw parameter("MaxResults '" + text + "' is not a number.");
    }
    throw parameter("MaxResults is " + text + ", it has to be 5 or more.");
  }

  private static ServiceError parameter(String message) {
    return new ServiceError(400, "InvalidParameterValue", "", message);
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static void snapshot(Xml xml, Snapshot snapshot) {
    SnapshotSpec spec = snapshot.spec();
    Status status = snapshot.status();
    xml.open("item")
        .leaf("snapshotId", spec.id())
        .leaf("volumeId", spec.volumeId())
        .leaf("status", status)
        .leaf("startTime", time(spec.startMillis()))
        .leaf("progress", status == Status.completed ? "100%" : "0%")
        .leaf("ownerId", spec.owner())
        .leaf("volumeSize", spec.volumeSizeGiB())
        .leaf("description", spec.description())
        .leaf("encrypted", spec.encrypted())
        .leaf("storageTier", "standard");
    if (!spec.kmsKeyArn().isEmpty()) {
      xml.leaf("kmsKeyId", spec.kmsKeyArn());
    }
    if (status == Status.completed) {
      xml.leaf("completionTime", time(snapshot.state().completesMillis()));
    }
    if (status == Status.error) {
      xml.leaf("statusMessage", "The snapshot was not completed within its timeout.");
    }
    xml.open("tagSet");
    snapshot
        .state()
        .tags()
        .forEach((k, v) -> xml.open("item").leaf("key", k).leaf("value", v).close("item"));
    xml.close("tagSet").close("item");
  }

  private Snapshot visible(String id, Caller caller) throws ServiceError {
    Optional<Snapshot> found =
        access.inRegion(id, caller).filter(s -> SnapshotAccess.readableBy(s, caller.account()));
    if (found.isEmpty()) {
      throw new ServiceError(
          400, "InvalidSnapshot.NotFound", "", "The snapshot '" + id + "' does not exist.");
    }
    return found.get();
  }

  private Snapshot own(String id, Caller caller) throws ServiceError {
    Snapshot snapshot = visible(id, caller);
    if (!snapshot.spec().owner().equals(caller.account())) {
      throw new ServiceError(
          403, "UnauthorizedOperation", "", "You do not own the snapshot '" + id + "'.");
    }
    return snapshot;
  }

  private Reply describeRegions(Route route) throws ServiceError {
    checkDryRun(route);
    List<String> wanted = list(route, "RegionName");
    Xml xml = begin("DescribeRegions").open("regionInfo");
    for (String region : REGIONS) {
      if (wanted.isEmpty() || wanted.contains(region)) {
        xml.open("item")
            .leaf("regionName", region)
            .leaf("regionEndpoint", "ec2." + region + ".amazonaws.com")
            .leaf("optInStatus", "opt-in-not-required")
            .close("item");
      }
    }
    return end(xml.close("regionInfo"), "DescribeRegions");
  }

  /** Snapshots here come from no volume, so there is none to describe. */
  private Reply describeVolumes(Route route, Caller caller) throws ServiceError {
    checkDryRun(route);
    for (String id : list(route, "VolumeId")) {
      throw new ServiceError(
          400,
          "InvalidVolume.NotFound",
          "",
          "The volume '" + id + "' does not exist in " + caller.region() + ".");
    }
    Xml xml = begin("DescribeVolumes").open("volumeSet").close("volumeSet");
    return end(xml, "DescribeVolumes");
  }

  private Reply createTags(Route route, Caller caller) throws ServiceError, IOException {
    Map<String, String> tags = new TreeMap<>();
    for (int i = 1; route.parameters().containsKey("Tag." + i + ".Key"); i++) {
      tags.put(route.parameter("Tag." + i + ".Key"), route.parameter("Tag." + i + ".Value"));
    }
    List<Snapshot> tagged = new ArrayList<>();
    for (String id : list(route, "ResourceId")) {
      tagged.add(own(id, caller));
    }
    checkDryRun(route);
    for (Snapshot snapshot : tagged) {
      snapshot.tag(tags);
    }
    return end(begin("CreateTags").leaf("return", true), "CreateTags");
  }

  private Reply deleteSnapshot(Route route, Caller caller) throws ServiceError, IOException {
    Snapshot snapshot = own(route.parameter("SnapshotId"), caller);
    checkDryRun(route);
    catalog.delete(snapshot);
    return end(begin("DeleteSnapshot").leaf("return", true), "DeleteSnapshot");
  }
}
