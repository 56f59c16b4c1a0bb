package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MountsTest {
  @Test
  void readsNumbersPointsAndSourcesBehindAnyNumberOfOptionalFields() {
    List<Mounts.Mount> mounts =
        Mounts.parse(
            List.of(
                "22 1 259:1 / / rw,noatime shared:1 master:2 - ext4 /dev/root rw",
                "36 22 8:17 / /mnt/a\\040b\\134c rw - xfs /dev/sd\\011b rw",
                "40 22 0:5 / /net rw - nfs host:/export rw",
                "garbage"));

    assertThat(mounts)
        .containsExactly(
            new Mounts.Mount("259:1", "/", "/dev/root"),
            new Mounts.Mount("8:17", "/mnt/a b\\c", "/dev/sd\tb"),
            new Mounts.Mount("0:5", "/net", "host:/export"));
  }
}
