package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * NOTICE and the bill of materials against the job jar itself. Which libraries the jar holds is
 * found from its classes, not from the POMs.
 */
class ReleasedJarIT {
  private static final Path JAR = Path.of(System.getProperty("fsp.job-jar"));
  private static final Path BILL = Path.of(JAR.toString().replaceFirst("\\.jar$", ".cdx.json"));
  private static final String OURS = "org/snapshotproxy/";

  /** Licences as the bill has them where a POM names them wrongly. */
  private static final Map<String, String> CORRECTED =
      Map.of("BSD-4-Clause org.jline", "BSD-3-Clause org.jline");

  /** The libraries of which the job jar holds every class, by {@code group:artifact:version}. */
  private static final Map<String, Path> HELD = new TreeMap<>();

  private static Map<String, Long> classes;

  @BeforeAll
  static void findLibraries() throws Exception {
    classes = JarContents.classes(JAR);
    Path repository = Path.of(System.getProperty("fsp.repository"));
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path library = Path.of(each);
      if (library.startsWith(repository) && isHeld(JarContents.classes(library))) {
        HELD.put(coordinates(repository.relativize(library)), library);
      }
    }
  }

  private static boolean isHeld(Map<String, Long> library) {
    return !library.isEmpty() && classes.entrySet().containsAll(library.entrySet());
  }

  /** The path of a library in the repository is its group, artifact, version, file. */
  private static String coordinates(Path path) {
    int names = path.getNameCount();
    String group = path.subpath(0, names - 3).toString().replace(File.separatorChar, '.');
    return group + ":" + path.getName(names - 3) + ":" + path.getName(names - 2);
  }

  @Test
  void everyClassIsOursOrOfALibraryThatIsThereWhole() throws Exception {
    Map<String, Long> unknown = new TreeMap<>(classes);
    unknown.keySet().removeIf(name -> name.startsWith(OURS));
    for (Path library : HELD.values()) {
      unknown.keySet().removeAll(JarContents.classes(library).keySet());
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void noticeListsTheLibrariesOfTheJar() throws Exception {
    Set<String> listed = new TreeSet<>();
    Matcher line = Pattern.compile("(?m)^  - (\\S+:\\S+)$").matcher(notice());
    while (line.find()) {
      assertThat(listed.add(line.group(1))).as("%s is there once", line.group(1)).isTrue();
    }

    assertThat(listed).isEqualTo(withoutVersions(HELD.keySet()));
  }

  @Test
  void noWordOfALicenceOrNoticeIsLost() throws Exception {
    String kept =
        JarContents.texts(JAR, "META-INF/([^/]*(LICENSE|NOTICE)|licenses/.*)").values().stream()
            .map(ReleasedJarIT::plain)
            .collect(Collectors.joining("\n"));
    List<String> lost = new ArrayList<>();
    for (Map.Entry<String, Path> library : HELD.entrySet()) {
      Map<String, String> texts =
          JarContents.texts(library.getValue(), "META-INF/[^/]*(LICENSE|NOTICE)(\\.[a-z]+)?");
      for (String text : texts.values()) {
        for (String paragraph : text.split("\\R\\s*\\R")) {
          if (!kept.contains(plain(paragraph))) {
            lost.add(library.getKey() + ": " + paragraph);
          }
        }
      }
    }
    assertThat(lost).isEmpty();
  }

  @Test
  void theLicenceTextsThatNoticeNamesAreThere() throws Exception {
    Set<String> named = new TreeSet<>();
    Matcher name = Pattern.compile("\\b[\\w-]+\\.txt\\b").matcher(notice().split("-{20,}")[0]);
    while (name.find()) {
      named.add("META-INF/licenses/" + name.group());
    }

    assertThat(JarContents.texts(JAR, "META-INF/licenses/.+").keySet()).isEqualTo(named);
    assertThat(JarContents.texts(JAR, "META-INF/LICENSE").values())
        .containsExactly(Files.readString(Path.of("..", "LICENSE")));
  }

  @Test
  @DisabledIfSystemProperty(
      named = "fsp.build",
      matches = "offline=true",
      disabledReason = "The bill of materials is written only by a build that is online.")
  void theBillIsOfTheJar() throws Exception {
    Map<String, String> billed = new TreeMap<>();
    Set<String> modules = new TreeSet<>();
    for (JsonNode component : new ObjectMapper().readTree(BILL.toFile()).path("components")) {
      String group = component.path("group").asText();
      String artifact = group + ":" + component.path("name").asText();
      if (group.equals("org.snapshotproxy")) {
        modules.add(component.path("name").asText());
      } else {
        billed.put(artifact + ":" + component.path("version").asText(), sha256(component));
        assertThat(licences(component)).as(artifact).contains(licenceInNotice(artifact));
      }
    }

    Map<String, String> held = new TreeMap<>();
    for (Map.Entry<String, Path> library : HELD.entrySet()) {
      byte[] bytes = Files.readAllBytes(library.getValue());
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      held.put(library.getKey(), HexFormat.of().formatHex(digest));
    }
    assertThat(billed).isEqualTo(held);
    modules.add("fsp-pipelines");
    assertThat(modules)
        .isEqualTo(
            JarContents.texts(JAR, "META-INF/maven/org.snapshotproxy/.*/pom.xml").keySet().stream()
                .map(name -> name.split("/")[3])
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String sha256(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        return hash.path("content").asText();
      }
    }
    throw new AssertionError("no SHA-256 of " + component.path("purl").asText());
  }

  /** Each with the group that it is the licence of. */
  private static List<String> licences(JsonNode component) {
    List<String> licences = new ArrayList<>();
    for (JsonNode each : component.path("licenses")) {
      String id = each.path("license").path("id").asText();
      String known = id + " " + component.path("group").asText();
      licences.add(CORRECTED.getOrDefault(known, known));
    }
    return licences;
  }

  /** The heading of the list that an artifact is in, with its group. */
  private static String licenceInNotice(String artifact) throws Exception {
    String before = notice().split("  - " + Pattern.quote(artifact) + "\n")[0];
    Matcher heading = Pattern.compile("(?m)^([A-Z][\\w.-]+)( \\(.*\\))?$").matcher(before);
    String licence = "none";
    while (heading.find()) {
      licence = heading.group(1);
    }
    return licence + " " + artifact.split(":")[0];
  }

  private static String notice() throws Exception {
    return JarContents.texts(JAR, "META-INF/NOTICE").values().iterator().next();
  }

  private static Set<String> withoutVersions(Set<String> coordinates) {
    return coordinates.stream()
        .map(each -> each.substring(0, each.lastIndexOf(':')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Words with one space between them, and addresses of one kind. */
  private static String plain(String text) {
    return text.strip().replaceAll("\\s+", " ").replace("https://", "http://");
  }
}
