package org.snapshotproxy.emr;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Random;
import org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServer;

/**
 * ZooKeeper where EMR has it: at port 2181 of the primary node, which is a loopback address of this
 * machine's that nobody else uses.
 */
final class ZooKeeper implements AutoCloseable {
  private static final int PORT = 2181;
  private static final int TICK_MILLIS = 2000;
  private static final int CONNECTIONS = 100;

  private final String address;
  private final NIOServerCnxnFactory server;

  private ZooKeeper(String address, NIOServerCnxnFactory server) {
    this.address = address;
    this.server = server;
  }

  static ZooKeeper start(Path directory) throws IOException, InterruptedException {
    Random random = new Random();
    String address =
        "127."
            + (1 + random.nextInt(254))
            + "."
            + random.nextInt(255)
            + "."
            + (2 + random.nextInt(250));
    File files = directory.resolve("zookeeper").toFile();
    NIOServerCnxnFactory server = new NIOServerCnxnFactory();
    server.configure(new InetSocketAddress(address, PORT), CONNECTIONS);
    server.startup(new ZooKeeperServer(files, files, TICK_MILLIS));
    return new ZooKeeper(address, server);
  }

  String address() {
    return address;
  }

  @Override
  public void close() {
    server.shutdown();
  }
}
