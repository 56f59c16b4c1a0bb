package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;

/** The version in the job jar's manifest, and the commit that the build left beside this class. */
final class Version implements CommandLine.IVersionProvider {
  /** Empty where the build found no repository. */
  private static final String COMMIT = "commit.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties commit = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(COMMIT)) {
      if (in != null) {
        commit.load(in);
      }
    }
    return new String[] {line(Version.class.getPackage().getImplementationVersion(), commit)};
  }

  /**
   * The line.
   *
   * @param version null where nothing is packaged
   * @param commit what the build knew of it
   */
  static String line(String version, Properties commit) {
    String id = commit.getProperty("git.commit.id.full");
    String from = id == null ? "built outside of its repository" : "commit " + id;
    String changed = Boolean.parseBoolean(commit.getProperty("git.dirty")) ? ", with changes" : "";
    return "fsp " + (version == null ? "(unpackaged)" : version) + ", " + from + changed;
  }
}
