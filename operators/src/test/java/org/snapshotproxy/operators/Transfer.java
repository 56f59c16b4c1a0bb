package org.snapshotproxy.operators;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/** A transfer out of a world, as the jobs of the tool put one together. */
final class Transfer {
  /** Restarts that a job is given. */
  static final int RESTARTS = 2;

  private static final TransferOptions.Settings DEFAULT =
      new TransferOptions.Settings(128 * Blocks.SIZE, 8, 8, false);

  private final World world;
  private final List<String> destinations;
  private TransferOptions.Settings settings = DEFAULT;

  Transfer(World world, String... destinations) {
    this.world = world;
    this.destinations = List.of(destinations);
  }

  Transfer with(TransferOptions.Settings other) {
    settings = other;
    return this;
  }

  static StreamExecutionEnvironment environment() {
    Configuration config = new Configuration();
    config.set(PipelineOptions.OBJECT_REUSE, true);
    config.set(PipelineOptions.GENERIC_TYPES, false);
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    return StreamExecutionEnvironment.getExecutionEnvironment(config).setParallelism(2);
  }

  /** The job's graph, not run. */
  StreamExecutionEnvironment graph() {
    return graph(environment());
  }

  StreamExecutionEnvironment graph(StreamExecutionEnvironment env) {
    DataStream<Segment> segments =
        FetchOperator.fetch(descriptors(env, world), world.origin(), settings);
    SegmentSink sink =
        new SegmentSink(
            world.origin().name(),
            destinations.stream().map(world::destination).toList(),
            settings);
    segments.sinkTo(sink).name(sink.name()).uid("write");
    return env;
  }

  /** Runs the job to its end and returns its totals. */
  Map<String, Object> run() throws Exception {
    return graph().execute("transfer").getAllAccumulatorResults();
  }

  static DataStream<SegmentDescriptor> descriptors(StreamExecutionEnvironment env, World world) {
    return descriptors(env, world, "");
  }

  /** The descriptors of one of several worlds. */
  static DataStream<SegmentDescriptor> descriptors(
      StreamExecutionEnvironment env, World world, String side) {
    return env.fromSource(
            world.origin().source(), WatermarkStrategy.noWatermarks(), "list " + world.number)
        .uid("list" + side)
        .map(new Watch(world.number))
        .returns(SegmentDescriptorCodec.type())
        .uid("watch" + side);
  }

  /** The sentences of a failure, outermost first. */
  static List<String> causes(Throwable failure) {
    return Stream.iterate(failure, error -> error != null, Throwable::getCause)
        .map(error -> String.valueOf(error.getMessage()))
        .toList();
  }

  /** Tells the world of completed checkpoints. */
  private static final class Watch extends RichMapFunction<SegmentDescriptor, SegmentDescriptor>
      implements CheckpointListener {
    private static final long serialVersionUID = 1L;
    private final int number;

    Watch(int number) {
      this.number = number;
    }

    @Override
    public SegmentDescriptor map(SegmentDescriptor descriptor) {
      return descriptor;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      World.of(number).checkpointed(checkpoint);
    }
  }
}
