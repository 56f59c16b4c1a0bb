package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;

/** What a job graph carries has no credential in it, also while connections are open. */
class SecretsTest {
  private LocalEbs ebs;
  private EbsOrigin origin;
  private EbsDestination destination;

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
    String id = ebs.snapshot(Set.of(1));
    origin =
        new EbsOrigin(ebs.access(), new SnapshotInfo(id, 1), EbsOrigin.Unlisted.IGNORE, true, 2);
    destination = new EbsDestination(ebs.access(), ebs.start(1));
  }

  @AfterEach
  void stop() throws Exception {
    ebs.close();
  }

  @Test
  void noSecretIsInWhatIsSerializedOrPrinted() throws Exception {
    try (BlockReader reader = origin.openReader();
        BlockWriter writer = destination.openWriter()) {
      writer.clear(0, 1);
      try (EbsLister lister = new EbsLister(ebs.view(idOfOrigin(), EbsOrigin.Unlisted.IGNORE))) {
        reader.read(lister.list(0, 1).descriptors().get(0), 0, new byte[Blocks.SIZE]);
      }
      for (Object carried : List.of(origin, destination, origin.source(), ebs.access())) {
        assertThat(carried.toString()).doesNotContain(LocalEbs.SECRET);
        assertThat(serialized(carried)).contains(LocalEbs.REGION).doesNotContain(LocalEbs.SECRET);
      }
    }
  }

  private String idOfOrigin() {
    return origin.name().split(" ")[0];
  }

  /** The bytes of an object as the job graph holds them, one character a byte. */
  private static String serialized(Object carried) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(carried);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
