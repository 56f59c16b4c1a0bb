package org.snapshotproxy.connectors.base.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.MemoryBudget;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Codecs as Flink uses them: snapshots of serializers, copies, splits. */
class CodecSerializerTest {
  private static final SegmentDescriptor VALUE =
      new SegmentDescriptor(5, 0b101, 0b10, List.of("a", "b"));

  private static TypeSerializer<SegmentDescriptor> serializer() {
    return SegmentDescriptorCodec.type().createSerializer(new SerializerConfigImpl());
  }

  @Test
  void aSerializerRestoredFromItsSnapshotReadsWhatItWrote() throws IOException {
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    DataOutputViewStreamWrapper out = new DataOutputViewStreamWrapper(state);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer().snapshotConfiguration());
    serializer().serialize(VALUE, out);

    DataInputViewStreamWrapper in =
        new DataInputViewStreamWrapper(new ByteArrayInputStream(state.toByteArray()));
    TypeSerializerSnapshot<SegmentDescriptor> restored =
        TypeSerializerSnapshot.readVersionedSnapshot(in, getClass().getClassLoader());

    assertThat(restored.restoreSerializer().deserialize(in)).isEqualTo(VALUE);
  }

  @Test
  void aRestoredSnapshotIsCompatibleWithTheSameCodec() throws IOException {
    TypeSerializerSnapshot<SegmentDescriptor> now = serializer().snapshotConfiguration();

    assertThat(now.resolveSchemaCompatibility(restored(now)).isCompatibleAsIs()).isTrue();
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void theStateOfAnotherCodecIsIncompatible() {
    TypeSerializerSnapshot now = serializer().snapshotConfiguration();
    TypeSerializerSnapshot other =
        new CodecSerializer<>(new ReceiptCodec()).snapshotConfiguration();

    assertThat(now.resolveSchemaCompatibility(other).isIncompatible()).isTrue();
  }

  @Test
  void aSnapshotOfAnUnknownCodecIsRefusedWithASentence() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new DataOutputViewStreamWrapper(bytes).writeUTF("org.snapshotproxy.NoSuchCodec");
    CodecSerializer.Snapshot<Object> snapshot = new CodecSerializer.Snapshot<>();

    assertThatThrownBy(
            () ->
                snapshot.readSnapshot(
                    1,
                    new DataInputViewStreamWrapper(new ByteArrayInputStream(bytes.toByteArray())),
                    getClass().getClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not on the classpath");
  }

  @Test
  void aBinaryCopyIsTheSameValue() throws IOException {
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    serializer().serialize(VALUE, new DataOutputViewStreamWrapper(first));
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    serializer()
        .copy(
            new DataInputViewStreamWrapper(new ByteArrayInputStream(first.toByteArray())),
            new DataOutputViewStreamWrapper(second));

    assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
  }

  @Test
  void aSegmentThatIsWrittenGivesItsMemoryBack() throws IOException {
    MemoryBudget budget = new MemoryBudget(Blocks.SEGMENT_SIZE);
    BlockBuffer buffer = budget.acquire(1).join().get(0);
    Segment segment = new Segment(0, List.of(new Block(0, buffer, Blocks.zeroDigest())), 0, 0);

    new CodecSerializer<>(new SegmentCodec())
        .serialize(segment, new DataOutputViewStreamWrapper(new ByteArrayOutputStream()));

    assertThat(budget.lent()).isZero();
  }

  @Test
  void aSplitKeepsItsVersionBesideItsBytes() throws IOException {
    VersionedCodecSerializer<SegmentDescriptor> splits =
        new VersionedCodecSerializer<>(new SegmentDescriptorCodec());

    assertThat(splits.deserialize(splits.getVersion(), splits.serialize(VALUE))).isEqualTo(VALUE);
    assertThatThrownBy(() -> splits.deserialize(3, splits.serialize(VALUE)))
        .isInstanceOf(IOException.class);
  }

  private TypeSerializerSnapshot<SegmentDescriptor> restored(
      TypeSerializerSnapshot<SegmentDescriptor> snapshot) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TypeSerializerSnapshot.writeVersionedSnapshot(new DataOutputViewStreamWrapper(bytes), snapshot);
    return TypeSerializerSnapshot.readVersionedSnapshot(
        new DataInputViewStreamWrapper(new ByteArrayInputStream(bytes.toByteArray())),
        getClass().getClassLoader());
  }
}
