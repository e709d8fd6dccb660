package io.penstock.reachability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.penstock.convert.FieldConversion;
import io.penstock.sink.BulkBatch;
import io.penstock.sink.BulkResult;
import io.penstock.sink.BulkStrategy;
import io.penstock.sink.SinkComponent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.ConfigMapping;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Whatever the executable finds by name is registered. bin/test writes the native sources first and sets
 * {@code penstock.native.sources} to {@code required}; without them these tests are skipped.
 */
class ReachabilityTest {

    /** Services that are looked up when the executable runs; all others are Quarkus' and looked up during its build. */
    private static final Set<String> SERVICES = Set.of("jakarta.json.spi.JsonProvider",
            "org.eclipse.microprofile.config.spi.ConfigProviderResolver", "org.jboss.resteasy.spi.config.ConfigurationFactory");

    private static NativeSources executable;
    private static List<JavaClass> ours;

    @BeforeAll
    static void read() {
        assumeTrue(NativeSources.exist() || "required".equals(System.getProperty("penstock.native.sources")),
                "no native sources: bin/test --native-sources");
        executable = NativeSources.read();
        ours = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.penstock")
                .stream().toList();
    }

    @Test
    void beansThatRoutesDeclare() {
        for (var bean : List.of(FieldConversion.class, BulkStrategy.class, SinkComponent.class)) {
            assertThat(executable.isUsable(bean.getName())).as(bean.getName()).isTrue();
        }
    }

    @Test
    void bodiesWhoseMethodsExpressionsCall() {
        for (var body : List.of(BulkBatch.class, BulkResult.class)) {
            assertThat(executable.isUsable(body.getName())).as(body.getName()).isTrue();
        }
    }

    /** Those that come up in a route; the others end before one begins. */
    @Test
    void everyExceptionOfOursInRoutes() {
        assertThat(ours).filteredOn(type -> type.isAssignableTo(Exception.class) && type.isTopLevelClass()
                && Set.of("io.penstock.convert", "io.penstock.sink").contains(type.getPackageName())).hasSizeGreaterThan(1)
               .allSatisfy(type -> assertThat(executable.isUsable(type.getName())).as(type.getName()).isTrue());
    }

    @Test
    void typesThatRoutesName() {
        for (var type : List.of("java.lang.Throwable", "java.lang.Exception", "java.lang.RuntimeException", "java.lang.Error",
                "java.lang.IllegalArgumentException", "java.lang.IllegalStateException", "java.lang.NullPointerException",
                "java.lang.NumberFormatException", "java.lang.ClassCastException", "java.lang.ArithmeticException",
                "java.io.IOException", "java.net.ConnectException", "java.net.SocketTimeoutException",
                "java.util.concurrent.TimeoutException", "java.time.format.DateTimeParseException",
                "org.apache.camel.CamelExchangeException", "org.apache.camel.CamelExecutionException",
                "org.apache.camel.ExpressionEvaluationException", "org.apache.camel.InvalidPayloadException",
                "org.apache.camel.NoSuchHeaderException", "org.apache.camel.NoTypeConversionAvailableException",
                "org.apache.camel.RuntimeCamelException", "org.apache.camel.TypeConversionException",
                "org.apache.camel.ValidationException", "org.apache.camel.support.processor.PredicateValidationException",
                "com.fasterxml.jackson.core.JsonParseException", "com.fasterxml.jackson.core.JsonProcessingException",
                "com.fasterxml.jackson.databind.JsonMappingException", "org.apache.kafka.common.KafkaException",
                "org.apache.kafka.common.errors.RetriableException", "org.apache.kafka.common.errors.RecordTooLargeException",
                "org.elasticsearch.client.ResponseException",
                "java.lang.String", "java.lang.Integer", "java.lang.Long", "java.lang.Double", "java.lang.Boolean",
                "java.math.BigDecimal", "java.util.Map", "java.util.List", "java.util.Date", "java.io.InputStream",
                "com.fasterxml.jackson.databind.JsonNode",
                "org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy",
                "org.apache.camel.processor.aggregate.StringAggregationStrategy",
                "org.apache.camel.processor.aggregate.UseLatestAggregationStrategy",
                "org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository")) {
            assertThat(type).satisfies(name -> Class.forName(name, false, getClass().getClassLoader()));
            assertThat(executable.isUsable(type)).as(type).isTrue();
        }
    }

    @Test
    void whateverTheCodeRegisters() {
        assertThat(ours).filteredOn(type -> type.isAnnotatedWith(RegisterForReflection.class)).hasSizeGreaterThan(5)
                .flatExtracting(type -> {
                    var registration = type.getAnnotationOfType(RegisterForReflection.class);
                    var names = new ArrayList<>(Stream.of(registration.targets()).map(Class::getName).toList());
                    names.addAll(List.of(registration.classNames()));
                    return names.isEmpty() ? List.of(type.getName()) : names;
                })
                .allSatisfy(name -> assertThat(executable.isNameable(name)).as(name).isTrue());
    }

    @Test
    void everyCommandAndItsOptions() {
        assertThat(ours).filteredOn(type -> type.isAnnotatedWith(CommandLine.Command.class)).hasSizeGreaterThan(5)
                .allSatisfy(this::isBound);
        assertThat(ours).filteredOn(type -> type.getFields().stream().anyMatch(field -> field.isAnnotatedWith(CommandLine.Option.class))
                || type.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(CommandLine.Option.class))
                || type.isAssignableTo(CommandLine.IVersionProvider.class))
                .hasSizeGreaterThan(3).allSatisfy(this::isBound);
    }

    private void isBound(JavaClass type) {
        assertThat(executable.isUsable(type.getName()) && executable.hasFields(type.getName())).as(type.getName()).isTrue();
    }

    @Test
    void settingsAndHttpEndpoints() {
        assertThat(ours).filteredOn(type -> type.isAnnotatedWith(ConfigMapping.class)).hasSizeGreaterThan(4)
                .allSatisfy(type -> assertThat(executable.isUsable(type.getName() + "$$CMImpl")).as(type.getName()).isTrue());
        assertThat(ours).filteredOn(type -> type.isAnnotatedWith(Path.class)).isNotEmpty().allSatisfy(this::isBound);
    }

    @Test
    void nothingIsBoundByJackson() {
        // Trees only. Whoever begins to bind registers what is bound, and says here how that is known.
        var bound = ours.stream().flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().getName().equals("com.fasterxml.jackson.databind.ObjectMapper"))
                .filter(call -> Set.of("readValue", "convertValue", "treeToValue", "valueToTree", "readerFor").contains(call.getName()))
                .map(Object::toString).toList();
        assertThat(bound).isEmpty();
    }

    @Test
    void resourcesReadAtRunTime() throws IOException {
        var read = new TreeSet<>(Set.of("routes/trade-errors.camel.yaml", "routes/trade-errors.test.yaml", "version.txt",
                "application.properties", "patterns/patterns", "schema/camelYamlDsl.json",
                "META-INF/services/org/apache/camel/component.properties",
                "META-INF/services/org/apache/camel/language.properties", "META-INF/services/org/apache/camel/dataformat.properties"));
        for (var component : components()) {
            read.add("META-INF/org/apache/camel/component/" + switch (component) {
                case "elasticsearch" -> "es";
                case "class" -> "beanclass";
                case "https" -> "http";
                default -> component;
            } + '/' + component + ".json");
        }
        assertThat(read).hasSizeGreaterThan(12).allSatisfy(resource -> {
            assertThat(getClass().getClassLoader().getResource(resource)).as("%s is there", resource).isNotNull();
            assertThat(executable.isIncluded(resource)).as("%s is in the executable", resource).isTrue();
        });
    }

    private Set<String> components() throws IOException {
        var names = new TreeSet<String>();
        for (var file : Collections.list(getClass().getClassLoader().getResources(
                "META-INF/services/org/apache/camel/component.properties"))) {
            try (InputStream in = file.openStream()) {
                var properties = new Properties();
                properties.load(in);
                names.addAll(List.of(properties.getProperty("components").split("\\s+")));
            }
        }
        return names;
    }

    @Test
    void servicesLookedUpAtRunTime() throws IOException {
        for (var service : SERVICES) {
            var file = "META-INF/services/" + service;
            assertThat(executable.isIncluded(file)).as(file).isTrue();
            for (var url : Collections.list(getClass().getClassLoader().getResources(file))) {
                try (InputStream in = url.openStream()) {
                    var providers = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                            .map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty())
                            .collect(Collectors.toSet());
                    assertThat(providers).anySatisfy(provider ->
                            assertThat(executable.isConstructible(provider)).as(provider).isTrue());
                }
            }
        }
    }

    @Test
    void everyCompressionOfKafka() {
        for (var codec : List.of(LZ4Factory.fastestJavaInstance(), LZ4Factory.safeInstance())) {
            for (var part : List.of(codec.fastCompressor(), codec.highCompressor(), codec.safeDecompressor())) {
                assertThat(executable.isUsable(part.getClass().getName())).as(part.getClass().getName()).isTrue();
            }
        }
        assertThat(executable.jni()).containsKeys("com.github.luben.zstd.ZstdInputStreamNoFinalizer",
                "com.github.luben.zstd.ZstdOutputStreamNoFinalizer", "org.xerial.snappy.SnappyNative");
        for (var architecture : List.of("amd64", "aarch64")) {
            var library = getClass().getClassLoader().getResource("linux/" + architecture + "/libzstd-jni-1.5.6-10.so");
            assertThat(library).isNotNull();
            assertThat(executable.isIncluded("linux/" + architecture + "/libzstd-jni-1.5.6-10.so")).isTrue();
        }
        assertThat(executable.isIncluded("org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so")).isTrue();
        assertThat(executable.arguments()).contains("--initialize-at-run-time=com.github.luben.zstd,org.xerial.snappy");
    }

    @Test
    void everythingJniReachesExists() {
        executable.jni().forEach((type, entry) -> assertThat(type).satisfies(name -> {
            var found = Class.forName(name, false, getClass().getClassLoader());
            for (var field : entry.path("fields")) {
                found.getDeclaredField(field.path("name").asText());
            }
            for (var method : entry.path("methods")) {
                found.getDeclaredMethod(method.path("name").asText(), int.class);
            }
        }));
    }

    @Test
    void itRunsOnAnyProcessorWithoutJmx() {
        assertThat(executable.arguments()).contains("-march=compatibility", "--enable-url-protocols=http,https", "--no-fallback")
                .doesNotContain("jmx");
    }
}
