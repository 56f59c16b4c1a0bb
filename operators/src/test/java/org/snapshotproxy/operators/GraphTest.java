package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.serial.SegmentCodec;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/** Nothing but descriptors is shuffled. */
class GraphTest {
  private StreamGraph graph;

  @BeforeEach
  void build() {
    World world = new World().listing(0, 4, 1);
    graph = new Transfer(world, "d", "e").graph().getStreamGraph();
  }

  private List<StreamEdge> edgesOf(Object serializer) {
    List<StreamEdge> edges = new ArrayList<>();
    for (StreamNode node : graph.getStreamNodes()) {
      if (serializer.equals(node.getTypeSerializerOut())) {
        edges.addAll(node.getOutEdges());
      }
    }
    return edges;
  }

  @Test
  void segmentsGoForwardOnly() {
    List<StreamEdge> edges =
        edgesOf(SegmentCodec.type().createSerializer(new SerializerConfigImpl()));

    assertThat(edges).hasSize(1);
    assertThat(edges).allMatch(edge -> edge.getPartitioner() instanceof ForwardPartitioner);
  }

  @Test
  void descriptorsAreShuffledOnce() {
    List<StreamEdge> edges =
        edgesOf(SegmentDescriptorCodec.type().createSerializer(new SerializerConfigImpl()));

    assertThat(edges)
        .filteredOn(edge -> !(edge.getPartitioner() instanceof ForwardPartitioner))
        .hasSize(1);
  }

  @Test
  void theFetchAndEveryWriterAreOneTask() {
    List<String> tasks = new ArrayList<>();
    for (JobVertex vertex : graph.getJobGraph().getVertices()) {
      tasks.add(vertex.getName());
    }

    assertThat(tasks)
        .filteredOn(name -> name.contains("fetch"))
        .singleElement()
        .asString()
        .contains("write d, e: Writer");
  }
}
