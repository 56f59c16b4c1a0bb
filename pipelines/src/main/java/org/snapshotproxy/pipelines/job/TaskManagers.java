package org.snapshotproxy.pipelines.job;

import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraphGenerator;

/**
 * Which task managers of a cluster a job may run on: those that offer an external resource, which
 * is what Flink knows a graphics card by, or a disk.
 */
public final class TaskManagers {
  /** The resource. */
  public static final ConfigOption<String> RESOURCE =
      ConfigOptions.key("fsp.task-managers")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "On a cluster: only task managers that offer the Flink external resource of this name (external-resources), such as those that see a disk.");

  /**
   * What a slot gets of its task manager's heap on paper; Flink wants a number and enforces none.
   */
  private static final MemorySize HEAP = MemorySize.ofMebiBytes(1);

  /** For the state of the sink's cache, as a slot of an own cluster has it. */
  private static final MemorySize MANAGED = MemorySize.ofMebiBytes(32);

  private TaskManagers() {}

  /** Has a job's slots taken only where the resource is, if one is named. */
  static void choose(StreamExecutionEnvironment env, Configuration configuration) {
    configuration
        .getOptional(RESOURCE)
        .ifPresent(
            resource ->
                env.registerSlotSharingGroup(
                    SlotSharingGroup.newBuilder(StreamGraphGenerator.DEFAULT_SLOT_SHARING_GROUP)
                        .setCpuCores(1)
                        .setTaskHeapMemory(HEAP)
                        .setManagedMemory(MANAGED)
                        .setExternalResource(resource, 1)
                        .build()));
  }
}
