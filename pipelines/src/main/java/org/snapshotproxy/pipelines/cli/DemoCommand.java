package org.snapshotproxy.pipelines.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.snapshotproxy.pipelines.demo.Demo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code fsp demo}. */
@Command(
    name = "demo",
    description = {
      "Shows the tool at work, without an AWS account: starts the local endpoint, uploads a real",
      "disk image in one region, copies it to another, downloads it and compares every byte."
    },
    footer = {"", "Examples:", "  fsp demo", "  fsp demo --image disk.img"})
final class DemoCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description =
          "The disk image. Default: an ext4 image of this JDK's files, made with mkfs.ext4 where that exists, else the JDK's largest file.")
  private Path image;

  @Override
  public Integer call() throws Exception {
    Demo.Command command = (arguments, out) -> FspCommand.run(arguments, out, root.err());
    return new Demo(root.out(), command, image).run();
  }
}
