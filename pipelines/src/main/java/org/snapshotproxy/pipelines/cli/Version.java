package org.snapshotproxy.pipelines.cli;

import picocli.CommandLine;

/** The version in the job jar's manifest. */
final class Version implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"fsp " + (version == null ? "(unpackaged)" : version)};
  }
}
