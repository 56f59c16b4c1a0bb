package org.snapshotproxy.connectors.s3;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;

/**
 * The reference tool's layout, written and read from its description alone: {@code
 * {snapshotId}.{volumeSizeGiB}/{firstBlockIndex}.{sha256 of the raw segment, URL-safe
 * base64}.{blockCount}.zstd}, cut at gaps and at multiples of 64 blocks.
 */
final class ReferenceTool {
  private ReferenceTool() {}

  /** What a snapshot comes to, by key below the place. */
  static Map<String, byte[]> archive(
      String name, int volumeGiB, Volume volume, UnaryOperator<byte[]> compress) {
    Map<String, byte[]> objects = new TreeMap<>();
    List<Integer> run = new ArrayList<>();
    for (int block : volume.blocks().keySet()) {
      boolean cut = block % 64 == 0 || !run.isEmpty() && run.get(run.size() - 1) != block - 1;
      if (cut && !run.isEmpty()) {
        put(objects, name + "." + volumeGiB + "/", run, volume, compress);
        run.clear();
      }
      run.add(block);
    }
    if (!run.isEmpty()) {
      put(objects, name + "." + volumeGiB + "/", run, volume, compress);
    }
    return objects;
  }

  private static void put(
      Map<String, byte[]> objects,
      String directory,
      List<Integer> run,
      Volume volume,
      UnaryOperator<byte[]> compress) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    run.forEach(block -> raw.writeBytes(volume.block(block)));
    objects.put(
        directory + name(run.get(0), raw.toByteArray(), run.size()),
        compress.apply(raw.toByteArray()));
  }

  static String name(int firstBlock, byte[] raw, int count) {
    String digest = Base64.getUrlEncoder().encodeToString(Digests.sha256(raw));
    return firstBlock + "." + digest + "." + count + ".zstd";
  }

  /** What the reference tool would restore of these objects, by block. */
  static Map<Integer, byte[]> restore(Map<String, byte[]> objects) {
    Map<Integer, byte[]> blocks = new TreeMap<>();
    objects.forEach(
        (key, bytes) -> {
          String[] name = key.substring(key.lastIndexOf('/') + 1).split("\\.");
          int count = Integer.parseInt(name[2]);
          byte[] raw = new byte[count * Blocks.SIZE];
          Zstd.decompress(raw, bytes);
          if (!name[1].equals(Base64.getUrlEncoder().encodeToString(Digests.sha256(raw)))) {
            throw new IllegalStateException(key);
          }
          for (int i = 0; i < count; i++) {
            blocks.put(
                Integer.parseInt(name[0]) + i,
                Arrays.copyOfRange(raw, i * Blocks.SIZE, (i + 1) * Blocks.SIZE));
          }
        });
    return blocks;
  }
}
