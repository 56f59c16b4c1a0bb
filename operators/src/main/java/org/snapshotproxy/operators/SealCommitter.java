package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/** Seals the destination; Flink calls it when the checkpoint with the last receipts is complete. */
final class SealCommitter implements Committer<Seal> {
  private final Sealer sealer;

  SealCommitter(Sealer sealer) {
    this.sealer = sealer;
  }

  @Override
  public void commit(Collection<CommitRequest<Seal>> requests)
      throws IOException, InterruptedException {
    for (CommitRequest<Seal> request : requests) {
      sealer.seal(request.getCommittable());
    }
  }

  @Override
  public void close() throws IOException {
    sealer.close();
  }
}
