package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.snapshotproxy.connectors.base.Digests;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads objects of the reference tool's layout; each is checked against the digest in its name.
 * Thread-safe.
 */
final class ReferenceReader extends ObjectReader {
  private final ReferenceArchive archive;

  ReferenceReader(ReferenceArchive archive) {
    super(archive.access(), archive.place());
    this.archive = archive;
  }

  @Override
  String key(String token) {
    return archive.directory() + token;
  }

  @Override
  byte[][] read(
      String token, long part, InputStream body, GetObjectResponse response, byte[][] into)
      throws IOException {
    ReferenceName name =
        ReferenceName.parse(token)
            .orElseThrow(() -> new DamagedObject("is not the name of an object"));
    checkLength(response, Frames.longest(name.count()));
    Frames.read(body, name.count(), i -> into[i]);
    MessageDigest digest = Digests.newSha256();
    for (byte[] block : into) {
      digest.update(block);
    }
    if (!Arrays.equals(digest.digest(), name.digest())) {
      throw new DamagedObject("does not hold what its name's SHA-256 stands for");
    }
    return new byte[into.length][];
  }
}
