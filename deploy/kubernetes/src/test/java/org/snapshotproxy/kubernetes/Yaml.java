package org.snapshotproxy.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** YAML files as trees. */
final class Yaml {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Yaml() {}

  /** All documents of a file; a key that stands twice in an object is an error. */
  static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (JsonParser parser = MAPPER.getFactory().createParser(file.toFile())) {
      while (parser.nextToken() != null) {
        documents.add(MAPPER.readTree(parser));
      }
    }
    return documents;
  }

  /** The one document of a stream. */
  static JsonNode read(InputStream stream) throws IOException {
    return MAPPER.readTree(stream);
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
