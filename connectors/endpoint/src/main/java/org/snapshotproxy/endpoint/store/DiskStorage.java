package org.snapshotproxy.endpoint.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Snapshots in a directory: {@code lock}, {@code secret}, and for each snapshot a folder {@code
 * snapshots/ID} with {@code meta.json}, {@code index}, {@code pages} and {@code data-NNNN}. A
 * folder without {@code meta.json} is one that was being made or removed when the process died, and
 * goes at the next start.
 */
public final class DiskStorage implements Storage {
  private static final String META = "meta.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final Path snapshots;
  private final FileChannel lock;

  /**
   * Opens or creates the directory and locks it.
   *
   * @throws IOException if another server has it or it cannot be written
   */
  public DiskStorage(Path root) throws IOException {
    this.root = root;
    this.snapshots = Files.createDirectories(root.resolve("snapshots"));
    this.lock =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = tryLock();
    } finally {
      if (!locked) {
        lock.close();
      }
    }
    if (!locked) {
      throw new IOException("another server uses the data directory " + root);
    }
  }

  private boolean tryLock() throws IOException {
    try {
      FileLock held = lock.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public List<SnapshotMeta> load() throws IOException {
    List<Path> folders;
    try (Stream<Path> found = Files.list(snapshots)) {
      folders = found.toList();
    }
    List<SnapshotMeta> metas = new ArrayList<>();
    for (Path folder : folders) {
      Path meta = folder.resolve(META);
      if (Files.exists(meta)) {
        metas.add(JSON.readValue(meta.toFile(), SnapshotMeta.class));
      } else {
        removeFolder(folder);
      }
    }
    return metas;
  }

  @Override
  public StoredLayer create(SnapshotMeta meta) throws IOException {
    Path folder = Files.createDirectory(folder(meta.id()));
    StoredLayer layer = layer(folder, 0);
    save(meta);
    forceFolder(snapshots);
    return layer;
  }

  @Override
  public StoredLayer open(SnapshotMeta meta) throws IOException {
    return layer(folder(meta.id()), meta.state().sealed() ? meta.state().changedBlocks() : -1);
  }

  private static StoredLayer layer(Path folder, long knownWritten) throws IOException {
    return new StoredLayer(new DiskRecords(folder), new DiskSlots(folder), knownWritten);
  }

  private Path folder(String id) {
    return snapshots.resolve(id);
  }

  @Override
  public void save(SnapshotMeta meta) throws IOException {
    replace(folder(meta.id()).resolve(META), JSON.writeValueAsBytes(meta));
  }

  /** Writes beside the file, then renames over it: it holds the old bytes or the new ones. */
  private static synchronized void replace(Path file, byte[] bytes) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      DiskRecords.writeFully(channel, ByteBuffer.wrap(bytes), 0);
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(file.getParent());
  }

  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void remove(String id) throws IOException {
    removeFolder(folder(id));
  }

  private static void removeFolder(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(META));
    List<Path> deepestFirst;
    try (Stream<Path> found = Files.walk(folder)) {
      deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  @Override
  public long lastWrittenMillis(String id) throws IOException {
    return Files.getLastModifiedTime(folder(id).resolve("index")).toMillis();
  }

  @Override
  public byte[] secret() throws IOException {
    Path file = root.resolve("secret");
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      byte[] fresh = new byte[32];
      new SecureRandom().nextBytes(fresh);
      replace(file, fresh);
      return fresh;
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
