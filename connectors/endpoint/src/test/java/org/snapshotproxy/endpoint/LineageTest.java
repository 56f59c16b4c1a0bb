package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;
import software.amazon.awssdk.services.ec2.Ec2Client;

class LineageTest {
  private static final int STEPS = 16;
  private static final int INDEXES = 40;

  @TempDir Path directory;

  /** A snapshot as plain maps: block index to seed of its content. */
  private record Model(String id, Map<Integer, Long> all) {}

  private EndpointConfig config(boolean disk) {
    EndpointConfig.Builder config = EndpointConfig.builder().completionDelay(Duration.ZERO);
    return (disk ? config.dataDirectory(directory) : config).build();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomHistoriesReadAsAPlainMapWould(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Model> models = new ArrayList<>();
    LocalEndpoint endpoint = LocalEndpoint.start(config(seed % 2 == 0));
    try {
      for (int generation = 0; generation < 5; generation++) {
        try (EbsClient ebs = Clients.ebs(endpoint.uri())) {
          models.add(grow(endpoint, ebs, models, random));
        }
        if (seed % 2 == 0) {
          endpoint.close();
          endpoint = LocalEndpoint.start(config(true));
        }
      }
      try (EbsClient ebs = Clients.ebs(endpoint.uri())) {
        compareAll(ebs, models);
      }
    } finally {
      endpoint.close();
    }
  }

  private static Model grow(
      LocalEndpoint endpoint, EbsClient ebs, List<Model> models, SplittableRandom random)
      throws IOException {
    boolean root = models.isEmpty();
    Model parent = root ? null : models.get(random.nextInt(models.size()));
    String id =
        ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(root ? null : parent.id()))
            .snapshotId();
    Map<Integer, byte[]> own = new TreeMap<>();
    Map<Integer, Long> all = new TreeMap<>(root ? Map.of() : parent.all());
    for (int step = 0; step < STEPS; step++) {
      int index = random.nextInt(INDEXES);
      long content = random.nextLong();
      Clients.put(ebs, id, index, Clients.block(content));
      own.put(index, Clients.block(content));
      all.put(index, content);
    }
    Clients.complete(ebs, id, own);
    for (int lost = 0; lost < 5; lost++) {
      int index = random.nextInt(INDEXES);
      endpoint.control().loseBlocks(id, index, 1);
      all.remove(index);
    }
    return new Model(id, all);
  }

  private static void compareAll(EbsClient ebs, List<Model> models) {
    for (Model model : models) {
      Map<Integer, byte[]> read = Clients.read(ebs, model.id());
      assertThat(read.keySet()).isEqualTo(model.all().keySet());
      model
          .all()
          .forEach(
              (index, content) ->
                  assertThat(Arrays.equals(read.get(index), Clients.block(content))).isTrue());
    }
    for (Model first : models) {
      for (Model second : models) {
        assertThat(changes(ebs, first, second)).isEqualTo(expected(first, second));
      }
    }
  }

  /** Index to which of the two snapshots have it. */
  private static Map<Integer, String> changes(EbsClient ebs, Model first, Model second) {
    Map<Integer, String> found = new TreeMap<>();
    for (ChangedBlock c :
        ebs.listChangedBlocks(r -> r.firstSnapshotId(first.id()).secondSnapshotId(second.id()))
            .changedBlocks()) {
      found.put(
          c.blockIndex(), (c.firstBlockToken() != null) + "/" + (c.secondBlockToken() != null));
    }
    return found;
  }

  private static Map<Integer, String> expected(Model first, Model second) {
    Map<Integer, String> expected = new TreeMap<>();
    TreeSet<Integer> indexes = new TreeSet<>(first.all().keySet());
    indexes.addAll(second.all().keySet());
    for (int index : indexes) {
      Long one = first.all().get(index);
      Long two = second.all().get(index);
      if (one == null || !one.equals(two)) {
        expected.put(index, (one != null) + "/" + (two != null));
      }
    }
    return expected;
  }

  @Test
  void aDeletedParentsBlocksSurviveWithTheChildAndGoWithIt() throws IOException {
    try (LocalEndpoint endpoint = LocalEndpoint.start(config(true));
        EbsClient ebs = Clients.ebs(endpoint.uri());
        Ec2Client ec2 = Clients.ec2(endpoint.uri(), "us-east-1", Clients.ANY)) {
      String parent = Clients.snapshot(ebs, Map.of(1, Clients.block(1)));
      String child = ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent)).snapshotId();
      Clients.put(ebs, child, 2, Clients.block(2));
      Clients.complete(ebs, child, Map.of(2, Clients.block(2)));

      ec2.deleteSnapshot(r -> r.snapshotId(parent));
      assertThat(ec2.describeSnapshots().snapshots()).hasSize(1);
      assertThat(Clients.read(ebs, child).get(1)).isEqualTo(Clients.block(1));
      assertThat(folders()).containsExactlyInAnyOrder(parent, child);

      ec2.deleteSnapshot(r -> r.snapshotId(child));
      assertThat(folders()).isEmpty();
    }
  }

  private List<String> folders() throws IOException {
    try (Stream<Path> found = Files.list(directory.resolve("snapshots"))) {
      return found.map(p -> p.getFileName().toString()).toList();
    }
  }

  @Test
  void aDeletedParentsSpaceIsFoundAgainAfterARestart() throws IOException {
    String child;
    try (LocalEndpoint endpoint = LocalEndpoint.start(config(true));
        EbsClient ebs = Clients.ebs(endpoint.uri());
        Ec2Client ec2 = Clients.ec2(endpoint.uri(), "us-east-1", Clients.ANY)) {
      String parent = Clients.snapshot(ebs, Map.of(1, Clients.block(1)));
      child = ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent)).snapshotId();
      Clients.complete(ebs, child, Map.of());
      ec2.deleteSnapshot(r -> r.snapshotId(parent));
    }
    try (LocalEndpoint endpoint = LocalEndpoint.start(config(true));
        EbsClient ebs = Clients.ebs(endpoint.uri());
        Ec2Client ec2 = Clients.ec2(endpoint.uri(), "us-east-1", Clients.ANY)) {
      assertThat(Clients.read(ebs, child).get(1)).isEqualTo(Clients.block(1));
      ec2.deleteSnapshot(r -> r.snapshotId(child));
      assertThat(folders()).isEmpty();
    }
  }

  @Test
  void puttingTheSameDataAgainTakesNoSpace() throws IOException {
    try (LocalEndpoint endpoint = LocalEndpoint.start(config(true));
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      String id = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
      for (int i = 0; i < 4; i++) {
        Clients.put(ebs, id, 7, Clients.block(7));
      }
      Path data = directory.resolve("snapshots").resolve(id).resolve("data-0000");
      assertThat(Files.size(data)).isEqualTo(Clients.BLOCK);
    }
  }
}
