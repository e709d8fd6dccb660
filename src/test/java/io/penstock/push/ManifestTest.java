package io.penstock.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.knative.eventing.v1alpha1.KafkaSink;
import io.fabric8.knative.sources.v1.KafkaSource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Every manifest of {@code deploy/} is what its kind takes, and carries no field the kind doesn't know. */
class ManifestTest {

    private static final Path DEPLOY = Path.of("deploy");
    private static final Path CRDS = Path.of("src/test/resources/io/penstock/push/crds");
    private static final Map<String, Class<? extends KubernetesResource>> KINDS = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "apps/v1/Deployment", Deployment.class,
            "serving.knative.dev/v1/Service", io.fabric8.knative.serving.v1.Service.class,
            "sources.knative.dev/v1/KafkaSource", KafkaSource.class,
            "eventing.knative.dev/v1alpha1/KafkaSink", KafkaSink.class);
    /** Built in, or, as KafkaSink, without a schema here: the model alone says what they take. */
    private static final Set<String> WITHOUT_SCHEMA = Set.of("v1/ConfigMap", "apps/v1/Deployment", "eventing.knative.dev/v1alpha1/KafkaSink");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** fabric8's models keep unknown fields aside; here they are faults. */
    private static final ObjectMapper STRICT = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return annotated instanceof AnnotatedClass ? null : Boolean.FALSE;
                }
            });

    static List<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            return files.filter(f -> f.toString().endsWith(".yaml")).filter(f -> !f.endsWith("kustomization.yaml")).sorted()
                    .toList();
        }
    }

    static List<Path> folders() {
        return List.of(DEPLOY.resolve("knative"), DEPLOY.resolve("keda"));
    }

    static JsonNode read(Path file) {
        try {
            var options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            return JSON.valueToTree(new Yaml(new SafeConstructor(options)).load(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String kind(JsonNode manifest) {
        return manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void itsKindKnowsEveryField(Path file) throws IOException {
        var manifest = read(file);
        assertThat(kind(manifest)).isIn(Stream.concat(KINDS.keySet().stream(), Stream.of("keda.sh/v1alpha1/ScaledObject")).toList());
        if (KINDS.containsKey(kind(manifest))) {
            assertThat(STRICT.treeToValue(manifest, KINDS.get(kind(manifest)))).isNotNull();
        }
    }

    @Test
    void aFieldThatTheKindDoesNotKnowIsSeen() {
        var service = read(DEPLOY.resolve("knative/service.yaml"));
        ((ObjectNode) service.at("/spec/template/spec/containers/0")).put("memory", "1Gi");
        assertThatThrownBy(() -> STRICT.treeToValue(service, io.fabric8.knative.serving.v1.Service.class))
                .isInstanceOf(UnrecognizedPropertyException.class);
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void thePublishedSchemaAllowsIt(Path file) {
        var manifest = read(file);
        if (!WITHOUT_SCHEMA.contains(kind(manifest))) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema(manifest).orElseThrow())
                    .validate(manifest)).isEmpty();
        }
    }

    @Test
    void thePublishedSchemaRefusesAFieldItDoesNotKnow() {
        for (var file : List.of("knative/kafka-source.yaml", "knative/service.yaml", "keda/scaled-object.yaml")) {
            var manifest = read(DEPLOY.resolve(file));
            ((ObjectNode) manifest.get("spec")).put("nobodyKnows", 1);
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema(manifest).orElseThrow())
                    .validate(manifest)).as(file).isNotEmpty();
        }
    }

    private static Optional<JsonNode> schema(JsonNode manifest) {
        try (Stream<Path> files = Files.list(CRDS)) {
            return files.filter(f -> f.toString().endsWith(".yaml")).map(ManifestTest::read)
                    .filter(crd -> crd.at("/spec/names/kind").equals(manifest.get("kind")))
                    .filter(crd -> manifest.get("apiVersion").asText().startsWith(crd.at("/spec/group").asText() + "/"))
                    .flatMap(crd -> crd.at("/spec/versions").valueStream())
                    .filter(version -> manifest.get("apiVersion").asText().endsWith("/" + version.get("name").asText()))
                    .map(version -> closed(version.at("/schema/openAPIV3Schema"), true)).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema with every object closed that lists its properties, as the API server prunes what is not listed. */
    private static JsonNode closed(JsonNode schema, boolean top) {
        if (schema instanceof ObjectNode object) {
            if (!top && object.path("properties").isObject() && !object.has("additionalProperties")
                    && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
                object.put("additionalProperties", false);
            }
            if (object.path("x-kubernetes-int-or-string").asBoolean()) {
                object.remove("type");
            }
            object.properties().forEach(property -> {
                if (property.getKey().equals("properties")) {
                    property.getValue().forEach(inner -> closed(inner, false));
                } else {
                    closed(property.getValue(), false);
                }
            });
        } else {
            schema.forEach(inner -> closed(inner, false));
        }
        return schema;
    }

    @ParameterizedTest
    @MethodSource("folders")
    void kustomizeTakesEveryManifestOfItsFolder(Path folder) throws IOException {
        var kustomization = read(folder.resolve("kustomization.yaml"));
        assertThat(kind(kustomization)).isEqualTo("kustomize.config.k8s.io/v1beta1/Kustomization");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(kustomization.get("resources").valueStream().map(JsonNode::asText)).containsExactlyInAnyOrderElementsOf(
                    files.map(f -> f.getFileName().toString()).filter(f -> !f.equals("kustomization.yaml")).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void theRouteIsTheShippedOne(Path folder) throws IOException {
        assertThat(read(folder.resolve("routes.yaml")).at("/data/trade-errors.camel.yaml").asText())
                .isEqualTo(Files.readString(Path.of("src/main/resources/routes/trade-errors.camel.yaml")));
    }

    @Test
    void theKafkaSourceCannotDropARecord() {
        var spec = read(DEPLOY.resolve("knative/kafka-source.yaml")).get("spec");
        assertThat(spec.at("/delivery/retry").asInt()).isGreaterThanOrEqualTo(10_000);
        assertThat(spec.at("/delivery/backoffPolicy").asText()).isEqualTo("linear");
        assertThat(spec.at("/delivery/deadLetterSink/ref/name").asText())
                .isEqualTo(read(DEPLOY.resolve("knative/undelivered.yaml")).at("/metadata/name").asText());
        assertThat(spec.get("initialOffset").asText()).isEqualTo("earliest");
        assertThat(spec.get("ordering").asText()).isEqualTo("unordered");
    }

    @Test
    void everyContainerRunsWithAsLittleAsItNeeds() {
        var containers = new TreeMap<String, JsonNode>(Map.of(
                "knative", read(DEPLOY.resolve("knative/service.yaml")).at("/spec/template/spec/containers/0"),
                "keda", read(DEPLOY.resolve("keda/deployment.yaml")).at("/spec/template/spec/containers/0")));
        assertThat(containers).allSatisfy((folder, container) -> {
            var security = container.get("securityContext");
            assertThat(security.get("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(security.get("runAsNonRoot").asBoolean()).isTrue();
            assertThat(security.get("allowPrivilegeEscalation").asBoolean()).isFalse();
            assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/q/health/started");
            assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
            assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
        });
    }
}
