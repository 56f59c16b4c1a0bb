package org.snapshotproxy.kubernetes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.FlinkSessionJob;
import org.apache.flink.kubernetes.operator.config.FlinkConfigManager;
import org.apache.flink.kubernetes.operator.config.KubernetesOperatorConfigOptions;
import org.apache.flink.kubernetes.operator.validation.DefaultValidator;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;

/**
 * The three that a manifest has to get past: the operator's classes, its CRDs, its validator. The
 * first two are stricter here than there, where an unknown field is dropped in silence.
 */
final class Operator {
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "FlinkDeployment", FlinkDeployment.class,
          "FlinkSessionJob", FlinkSessionJob.class,
          "ServiceAccount", ServiceAccount.class,
          "Role", Role.class,
          "RoleBinding", RoleBinding.class,
          "PersistentVolumeClaim", PersistentVolumeClaim.class);

  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NothingIsIgnored())
          .build();

  private static final FlinkConfigManager CONFIG = new FlinkConfigManager(new Configuration());

  private Operator() {}

  /** Takes the classes' own leave to have unknown fields away. */
  private static final class NothingIsIgnored extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated type) {
      return super.findPropertyIgnoralByName(config, type).withoutIgnoreUnknown();
    }
  }

  /**
   * Reads an object as its class.
   *
   * @throws IOException if it has a field or a value that the class has not
   */
  static Object parse(JsonNode object) throws IOException {
    String kind = object.get("kind").asText();
    if (!KINDS.containsKey(kind)) {
      throw new IOException("no class for the kind " + kind);
    }
    return STRICT.treeToValue(object, KINDS.get(kind));
  }

  static FlinkDeployment deployment(JsonNode object) throws IOException {
    return (FlinkDeployment) parse(object);
  }

  /** What the CRD of its kind has against an object. */
  static List<Error> schemaErrors(JsonNode object) throws IOException {
    String plural = object.get("kind").asText().toLowerCase(Locale.ROOT) + "s";
    String file = "/META-INF/fabric8/" + plural + ".flink.apache.org-v1.yml";
    try (InputStream crd = FlinkDeployment.class.getResourceAsStream(file)) {
      JsonNode schema = Yaml.read(crd).at("/spec/versions/0/schema/openAPIV3Schema");
      // The API server's own.
      ObjectNode properties = (ObjectNode) schema.get("properties");
      for (String name : List.of("apiVersion", "kind", "metadata")) {
        properties.putObject(name);
      }
      close(schema);
      Schema closed = SchemaRegistry.withDialect(Dialects.getOpenApi30()).getSchema(schema);
      return closed.validate(object);
    }
  }

  /** Objects have the fields that they name and no other. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")
        && !object.has("x-kubernetes-preserve-unknown-fields")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(Operator::close);
  }

  /** What the operator's validator has against a deployment. */
  static Optional<String> objection(FlinkDeployment deployment) {
    return new DefaultValidator(CONFIG).validateDeployment(deployment);
  }

  /** What it has against a job for a session cluster. */
  static Optional<String> objection(FlinkSessionJob job, FlinkDeployment session) {
    return new DefaultValidator(CONFIG).validateSessionJob(job, Optional.of(session));
  }

  /** The memory of a deployment's task managers, as Flink divides what the operator asks for. */
  static TaskExecutorProcessSpec taskManagerMemory(FlinkDeployment deployment) {
    Configuration config = Configuration.fromMap(deployment.getSpec().getFlinkConfiguration());
    config.set(
        TaskManagerOptions.TOTAL_PROCESS_MEMORY,
        MemorySize.parse(deployment.getSpec().getTaskManager().getResource().getMemory()));
    // The operator asks Kubernetes for it; Flink only wants to know it.
    config.set(TaskManagerOptions.CPU_CORES, 1.0);
    return TaskExecutorProcessUtils.processSpecFromConfig(config);
  }

  /** Names of options that there are, with those that Flink had for them before. */
  static Set<String> optionKeys() {
    return Stream.of(
            CheckpointingOptions.class,
            CoreOptions.class,
            HighAvailabilityOptions.class,
            TaskManagerOptions.class,
            KubernetesOperatorConfigOptions.class)
        .flatMap(options -> Stream.of(options.getFields()))
        .filter(field -> field.getType() == ConfigOption.class)
        .map(Operator::option)
        .flatMap(
            option ->
                Stream.concat(
                    Stream.of(option.key()),
                    StreamSupport.stream(option.fallbackKeys().spliterator(), false)
                        .map(FallbackKey::getKey)))
        .collect(Collectors.toSet());
  }

  private static ConfigOption<?> option(Field field) {
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
