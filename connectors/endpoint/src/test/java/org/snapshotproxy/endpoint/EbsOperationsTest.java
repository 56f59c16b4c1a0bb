package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;

class EbsOperationsTest {
  @TempDir Path directory;

  private LocalEndpoint start(boolean disk) throws IOException {
    EndpointConfig.Builder config = EndpointConfig.builder().completionDelay(Duration.ZERO);
    return LocalEndpoint.start((disk ? config.dataDirectory(directory) : config).build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsPutIsReadBack(boolean disk) throws IOException {
    try (LocalEndpoint endpoint = start(disk);
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      Map<Integer, byte[]> blocks = new TreeMap<>();
      for (int index : List.of(0, 1, 63, 64, 700, 2047)) {
        blocks.put(index, Clients.block(index));
      }
      String id = Clients.snapshot(ebs, blocks);

      assertThat(Clients.list(ebs, id))
          .extracting(Block::blockIndex)
          .containsExactlyElementsOf(blocks.keySet());
      Map<Integer, byte[]> read = Clients.read(ebs, id);
      blocks.forEach((index, data) -> assertThat(read.get(index)).isEqualTo(data));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aChildSeesItsParentsBlocksAndListsWhatChanged(boolean disk) throws IOException {
    try (LocalEndpoint endpoint = start(disk);
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      String parent = Clients.snapshot(ebs, Map.of(1, Clients.block(1), 2, Clients.block(2)));
      String child = ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent)).snapshotId();
      Clients.put(ebs, child, 2, Clients.block(22));
      Clients.put(ebs, child, 3, Clients.block(3));
      Clients.complete(ebs, child, Map.of(2, Clients.block(22), 3, Clients.block(3)));
      endpoint.control().loseBlocks(child, 1, 1);

      assertThat(Clients.read(ebs, child)).containsOnlyKeys(2, 3);
      List<ChangedBlock> changed =
          ebs.listChangedBlocks(r -> r.firstSnapshotId(parent).secondSnapshotId(child))
              .changedBlocks();
      assertThat(changed).extracting(ChangedBlock::blockIndex).containsExactly(1, 2, 3);
      assertThat(changed)
          .extracting(c -> c.firstBlockToken() != null)
          .containsExactly(true, true, false);
      assertThat(changed)
          .extracting(c -> c.secondBlockToken() != null)
          .containsExactly(false, true, true);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void syntheticBlocksAreListedAndRead(boolean disk) throws IOException {
    try (LocalEndpoint endpoint = start(disk);
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      String id =
          endpoint
              .control()
              .synthetic("us-east-1", 65_536, SyntheticSpec.full(7, 0.5).withZeros(0.1));
      var page = ebs.listSnapshotBlocks(r -> r.snapshotId(id).startingBlockIndex(1_000_000));
      assertThat(page.blocks()).hasSize(10_000);
      Block block = page.blocks().get(17);
      var got = Clients.get(ebs, id, block);
      assertThat(got.response().checksum())
          .isEqualTo(Clients.base64(Clients.sha256(got.asByteArray())));
    }
  }
}
