package org.snapshotproxy.connectors.s3;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/** Any one bit that turns in any object is refused or makes no difference: never other bytes. */
@Tag("either-line")
class BitFlipPropertiesTest {
  private static final Volume VOLUME =
      Volume.of(Blocks.offset(70) - 100, 0, 1, 64).with(2, Volume.ZEROS).with(69, 5);

  private static Bucket bucket;
  private static Archive archive;
  private static Map<String, byte[]> objects;
  private static ReferenceArchive reference;
  private static Map<String, byte[]> referenceObjects;
  private static final Volume REFERENCE = new Volume(Blocks.GIB, VOLUME.without(69).blocks());

  @BeforeContainer
  static void makeArchives() throws Exception {
    bucket = Bucket.create();
    archive = Make.archive(bucket, Make.options(2, 3), VOLUME);
    objects = bucket.objects(archive.manifest().name() + "/");
    reference = new ReferenceArchive(bucket.access(), bucket.at("r/"), "snap-r", 1);
    Transfer.all(new ReferenceDestination(reference, Make.PLAIN, false), REFERENCE);
    referenceObjects = bucket.objects("r/");
  }

  @AfterContainer
  static void closeBucket() {
    bucket.close();
  }

  @Property(tries = 120)
  void ofAnArchive(
      @ForAll @IntRange(min = 0, max = 9) int object,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double where,
      @ForAll @IntRange(min = 0, max = 7) int bit)
      throws Exception {
    try (Turned turned = new Turned(objects, object, where, bit)) {
      assertRefusedOrHarmless(
          turned,
          () ->
              Transfer.assertHolds(
                  Make.found(bucket.access(), archive.place(), archive.manifest().name()), VOLUME));
    }
  }

  @Property(tries = 40)
  void ofTheReferenceToolsLayout(
      @ForAll @IntRange(min = 0, max = 9) int object,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double where,
      @ForAll @IntRange(min = 0, max = 7) int bit)
      throws Exception {
    try (Turned turned = new Turned(referenceObjects, object, where, bit)) {
      assertRefusedOrHarmless(turned, () -> Transfer.assertHolds(reference, REFERENCE));
    }
  }

  private interface Restore {
    void run() throws Exception;
  }

  private static void assertRefusedOrHarmless(Turned turned, Restore restore) throws Exception {
    try {
      restore.run();
    } catch (Transfer.WrongDigest e) {
      // The fetching operator refuses it.
    } catch (FspException e) {
      if (!e.getMessage().contains(turned.key)) {
        throw new AssertionError("not the damaged object is named: " + turned.key, e);
      }
    }
  }

  /** An object with one bit turned, mended at the end. */
  private static final class Turned implements AutoCloseable {
    private final String key;
    private final byte[] good;

    Turned(Map<String, byte[]> objects, int object, double where, int bit) {
      this.key = objects.keySet().stream().toList().get(object % objects.size());
      this.good = objects.get(key);
      byte[] turned = good.clone();
      turned[(int) (where * turned.length)] ^= (byte) (1 << bit);
      bucket.put(key, turned);
    }

    @Override
    public void close() {
      bucket.put(key, good);
    }
  }
}
