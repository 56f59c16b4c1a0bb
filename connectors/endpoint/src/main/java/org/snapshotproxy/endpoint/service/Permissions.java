package org.snapshotproxy.endpoint.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.policy.Call;
import org.snapshotproxy.endpoint.store.SnapshotCatalog;
import org.snapshotproxy.endpoint.wire.Request;

/** Which permissions a request needs, as the Service Authorization Reference has it. */
final class Permissions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANY = "*";

  private final SnapshotCatalog catalog;

  Permissions(SnapshotCatalog catalog) {
    this.catalog = catalog;
  }

  /** The calls that a request comes to. */
  List<Call> of(Route route, Caller caller, Request request) {
    return switch (route.operation()) {
      case "StartSnapshot" -> start(caller, request);
      case "ListChangedBlocks" -> changed(route, caller);
      case "ListSnapshotBlocks", "GetSnapshotBlock", "PutSnapshotBlock", "CompleteSnapshot" ->
          List.of(onSnapshot(caller, "ebs:" + route.operation(), route.snapshotId()));
      case "DeleteSnapshot" ->
          List.of(onSnapshot(caller, "ec2:DeleteSnapshot", route.parameter("SnapshotId")));
      case "CreateTags" -> createTags(route, caller);
      case "DescribeSnapshots", "DescribeRegions", "DescribeVolumes" ->
          List.of(call(caller, "ec2:" + route.operation(), ANY, Map.of()));
      case "AssumeRole" ->
          List.of(call(caller, "sts:AssumeRole", route.parameter("RoleArn"), Map.of()));
      case "ListBuckets" -> List.of(call(caller, "s3:ListAllMyBuckets", ANY, Map.of()));
      // GetCallerIdentity needs none, and what is not known is refused as such.
      default -> List.of();
    };
  }

  private Call onSnapshot(Caller caller, String action, String id) {
    return call(caller, action, snapshotArn(caller, id), tagsOf(id));
  }

  private List<Call> changed(Route route, Caller caller) {
    List<Call> calls = new ArrayList<>();
    String first = route.parameter("firstSnapshotId");
    if (!first.isEmpty()) {
      calls.add(onSnapshot(caller, "ebs:ListChangedBlocks", first));
    }
    calls.add(onSnapshot(caller, "ebs:ListChangedBlocks", route.snapshotId()));
    return calls;
  }

  /** There is no id yet; tags are given with a permission of their own. */
  private static List<Call> start(Caller caller, Request request) {
    JsonNode in = body(request);
    Map<String, String> context = new HashMap<>();
    context.put("ebs:VolumeSize", in.path("VolumeSize").asText());
    if (in.hasNonNull("Description")) {
      context.put("ebs:Description", in.get("Description").asText());
    }
    if (in.hasNonNull("ParentSnapshotId")) {
      context.put("ebs:ParentSnapshot", snapshotArn(caller, in.get("ParentSnapshotId").asText()));
    }
    Map<String, String> tags = new HashMap<>();
    for (JsonNode tag : in.path("Tags")) {
      tags.put("aws:RequestTag/" + tag.path("Key").asText(), tag.path("Value").asText());
    }
    context.putAll(tags);
    List<Call> calls = new ArrayList<>();
    calls.add(call(caller, "ebs:StartSnapshot", snapshotArn(caller, ANY), context));
    if (!tags.isEmpty()) {
      calls.add(call(caller, "ec2:CreateTags", snapshotArn(caller, ANY), tags));
    }
    return calls;
  }

  private static JsonNode body(Request request) {
    try {
      return JSON.readTree(request.text());
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance(); // the service says so
    }
  }

  private List<Call> createTags(Route route, Caller caller) {
    Map<String, String> tags = new HashMap<>();
    for (int i = 1; route.parameters().containsKey("Tag." + i + ".Key"); i++) {
      tags.put(
          "aws:RequestTag/" + route.parameter("Tag." + i + ".Key"),
          route.parameter("Tag." + i + ".Value"));
    }
    List<Call> calls = new ArrayList<>();
    for (int i = 1; route.parameters().containsKey("ResourceId." + i); i++) {
      String id = route.parameter("ResourceId." + i);
      Map<String, String> context = new HashMap<>(tags);
      context.putAll(tagsOf(id));
      calls.add(call(caller, "ec2:CreateTags", snapshotArn(caller, id), context));
    }
    return calls;
  }

  private Map<String, String> tagsOf(String id) {
    Map<String, String> context = new HashMap<>();
    catalog
        .find(id)
        .ifPresent(
            snapshot ->
                snapshot
                    .state()
                    .tags()
                    .forEach((key, value) -> context.put("aws:ResourceTag/" + key, value)));
    return context;
  }

  private static String snapshotArn(Caller caller, String id) {
    return "arn:aws:ec2:" + caller.region() + "::snapshot/" + id;
  }

  private static Call call(
      Caller caller, String action, String resource, Map<String, String> context) {
    return new Call(principal(caller), caller.region(), action, List.of(resource), context);
  }

  /** {@code arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION}, or a user with a key. */
  private static String principal(Caller caller) {
    String[] parts = caller.arn().split("/");
    return parts[0].endsWith(":assumed-role") ? parts[1] : caller.accessKey();
  }
}
