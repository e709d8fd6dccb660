package io.penstock.reachability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.IndexRequest;
import co.elastic.clients.elasticsearch.core.UpdateRequest;
import co.elastic.clients.json.JsonpDeserializable;
import com.jayway.jsonpath.internal.function.PathFunctionFactory;
import com.tngtech.archunit.core.domain.JavaCall;
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
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Whatever the executable finds by name is registered. {@code bin/test --native-sources} writes the native sources first and sets
 * {@code penstock.native.sources} to {@code required}; otherwise these tests run on what an earlier packaging left, or are skipped.
 */
class ReachabilityTest {

    /**
     * Services that nothing looks up in a running executable, by the reason. What a running service does look up was seen with a
     * ServiceLoader that says so, in push mode and with check, test and schema.
     */
    private static final Map<String, Set<String>> NOT_LOOKED_UP = Map.of(
            "while the executable is built, or Quarkus hands it over", Set.of("io.quarkus.arc.ComponentsProvider",
                    "io.quarkus.registry.RuntimeInfoProvider", "io.quarkus.runtime.logging.LogFilterFactory",
                    "io.smallrye.config.ConfigSourceFactory", "io.smallrye.config.SmallRyeConfigFactory",
                    "io.smallrye.mutiny.infrastructure.CallbackDecorator", "io.vertx.core.spi.JsonFactory",
                    "jakarta.enterprise.inject.spi.Extension",
                    "org.eclipse.microprofile.context.spi.ContextManagerExtension",
                    "org.eclipse.microprofile.context.spi.ContextManagerProvider",
                    "org.eclipse.microprofile.health.spi.HealthCheckResponseProvider",
                    "org.slf4j.spi.SLF4JServiceProvider"),
            "by development mode and Quarkus' tests", Set.of("io.quarkus.dev.spi.HotReplacementSetup",
                    "io.quarkus.runtime.test.TestScopeSetup",
                    "reactor.blockhound.integration.BlockHoundIntegration"),
            "by what Penstock does not do", Set.of("com.fasterxml.jackson.core.JsonFactory",
                    "com.fasterxml.jackson.core.ObjectCodec", "com.fasterxml.jackson.databind.Module",
                    "io.micrometer.context.ThreadLocalAccessor", "io.quarkus.kubernetes.service.binding.runtime.ServiceBindingConverter",
                    "io.smallrye.faulttolerance.core.event.loop.EventLoop",
                    "io.smallrye.faulttolerance.core.invocation.AsyncSupport", "io.vertx.codegen.GeneratorLoader",
                    "io.vertx.core.spi.launcher.CommandFactory", "io.vertx.ext.auth.HashingAlgorithm",
                    "jakarta.activation.spi.MailcapRegistryProvider", "jakarta.activation.spi.MimeTypeRegistryProvider",
                    "org.eclipse.microprofile.rest.client.spi.RestClientBuilderListener",
                    "tools.jackson.core.TokenStreamFactory", "tools.jackson.databind.ObjectMapper"),
            "by its name, not as a service", Set.of("org.apache.commons.logging.LogFactory",
                    "org.apache.kafka.common.config.provider.ConfigProvider"),
            "but without it its user does as well", Set.of("java.lang.System$LoggerFinder", "java.util.logging.LogManager",
                    "org.jboss.logmanager.ConfiguratorFactory",
                    // CloudEvents gives structured and batched events to its format by itself
                    "io.cloudevents.core.format.EventFormat"));

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
                "org.elasticsearch.client.ResponseException", "org.apache.camel.http.base.HttpOperationFailedException",
                "org.apache.camel.component.file.GenericFile",
                "java.lang.String", "java.lang.Integer", "java.lang.Long", "java.lang.Double", "java.lang.Boolean",
                "java.math.BigDecimal", "java.util.Map", "java.util.List", "java.util.Date", "java.io.InputStream",
                "java.util.LinkedHashMap", "java.util.HashMap", "java.util.AbstractMap", "java.util.ArrayList",
                "java.util.AbstractList", "java.util.AbstractCollection", "java.util.Collection",
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
    void settings() {
        assertThat(ours).filteredOn(type -> type.isAnnotatedWith(ConfigMapping.class)).hasSizeGreaterThan(4)
                .allSatisfy(type -> assertThat(executable.isUsable(type.getName() + "$$CMImpl")).as(type.getName()).isTrue());
    }

    @Test
    void nothingIsBoundByJackson() {
        // Trees, and in LeanJson what Jackson makes when no type is named: maps, lists and values, for which it reflects on nothing;
        // in CloudEvents what the module of CloudEvents reads itself.
        // Whoever begins to bind registers what is bound, and says here how that is known.
        var bound = ours.stream().flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().getName().equals("com.fasterxml.jackson.databind.ObjectMapper"))
                .filter(call -> Set.of("readValue", "convertValue", "treeToValue", "valueToTree", "readerFor").contains(call.getName()))
                .filter(call -> !Set.of("io.penstock.route.lean.LeanJson", "io.penstock.source.http.CloudEvents")
                        .contains(call.getOriginOwner().getName()))
                .map(Object::toString).toList();
        assertThat(bound).isEmpty();
    }

    @Test
    void resourcesReadAtRunTime() throws IOException {
        var read = new TreeSet<>(Set.of("routes/trade-errors.camel.yaml", "routes/trade-errors.test.yaml", "version.txt",
                "application.properties", "observability-services.properties", "patterns/patterns", "schema/camelYamlDsl.json",
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
        // Camel's other descriptions are of no use to penstock check.
        for (var model : List.of("META-INF/org/apache/camel/language/simple.json", "META-INF/org/apache/camel/model/aggregate.json")) {
            assertThat(executable.isIncluded(model)).as(model).isFalse();
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

    /** Quarkus turns native-image's own look for them off. */
    @Test
    void everyServiceIsRegisteredOrNotLookedUp() {
        var notLookedUp = NOT_LOOKED_UP.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        assertThat(executable.services().keySet()).as("services that are explained").containsAll(notLookedUp);
        assertThat(executable.services()).hasSizeGreaterThan(40).allSatisfy((service, providers) -> {
            if (!notLookedUp.contains(service)) {
                assertThat(executable.isIncluded("META-INF/services/" + service)).as(service).isTrue();
                assertThat(providers).isNotEmpty().allSatisfy(provider ->
                        assertThat(executable.isConstructible(provider)).as(provider).isTrue());
            }
        });
    }

    @Test
    void noModulesOfJacksonAreLookedUp() {
        var looking = ours.stream().flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> Set.of("findModules", "findAndRegisterModules", "findAndAddModules").contains(call.getName()))
                .map(Object::toString).toList();
        assertThat(looking).isEmpty();
    }

    /** Settings that name a class, Kafka's own defaults, and what its documentation tells users to name. */
    @Test
    void classesThatKafkasSettingsName() throws IOException {
        var named = new TreeSet<>(Set.of("org.apache.kafka.common.security.plain.PlainLoginModule",
                "org.apache.kafka.common.security.scram.ScramLoginModule",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
                "org.apache.kafka.common.security.oauthbearer.BrokerJwtValidator",
                "org.apache.kafka.common.security.oauthbearer.ClientJwtValidator",
                "org.apache.kafka.common.security.oauthbearer.ClientCredentialsJwtRetriever",
                "org.apache.kafka.common.security.oauthbearer.FileJwtRetriever",
                "org.apache.kafka.common.security.oauthbearer.JwtBearerJwtRetriever",
                "org.apache.kafka.common.serialization.ByteArrayDeserializer",
                "org.apache.kafka.common.serialization.ByteArraySerializer",
                "org.apache.kafka.common.serialization.StringDeserializer",
                "org.apache.kafka.common.serialization.StringSerializer"));
        for (var definition : List.of(ConsumerConfig.configDef(), ProducerConfig.configDef())) {
            definition.configKeys().values().forEach(key -> names(key.defaultValue).forEach(named::add));
        }
        try (InputStream in = getClass().getResourceAsStream("/application.properties")) {
            var settings = new Properties();
            settings.load(in);
            settings.values().forEach(value -> names(value).forEach(named::add));
        }
        // Its validator verifies by a library that Kafka only wishes for, and an executable is linked as a whole.
        assertThat(named).contains("org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator");
        assertThatCode(() -> Class.forName("org.jose4j.jwt.consumer.JwtConsumer")).doesNotThrowAnyException();
        assertThat(named).contains("org.apache.kafka.clients.consumer.CooperativeStickyAssignor").hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(executable.isConstructible(name)).as(name).isTrue());
    }

    @Test
    void functionsOfJsonPath() {
        assertThat(PathFunctionFactory.FUNCTIONS.values()).hasSizeGreaterThan(10)
                .allSatisfy(function -> assertThat(executable.isConstructible(function.getName())).as(function.getName()).isTrue());
    }

    /** By a field of theirs Elasticsearch's client knows how to read them, which Camel has it do. */
    @Test
    void requestsThatElasticsearchsClientReads() {
        for (var type : List.of(Query.class, IndexRequest.class, UpdateRequest.class)) {
            assertThat(type.getAnnotation(JsonpDeserializable.class)).as(type.getName()).isNotNull();
            assertThat(executable.hasFields(type.getName())).as(type.getName()).isTrue();
        }
    }

    @Test
    void charsetsThatRoutesName() {
        assertThat(executable.arguments()).contains("-H:+AddAllCharsets");
    }

    /** What looks for routes in Java reaches an interface for each of Camel's components, and every class has room for them all. */
    @Test
    void noRoutesInJavaAreLookedFor() throws IOException {
        try (var jar = new JarFile(NativeSources.JAR.toFile())) {
            var recorded = new ClassFileImporter().withImportOption(place -> place.contains("/recorded/")).importJar(jar);
            assertThat(recorded.stream().flatMap(type -> type.getMethodCallsFromSelf().stream()).map(JavaCall::getName)
                    .filter(name -> name.endsWith("RegistryRoutesLoader"))).containsExactly("newDisabledRegistryRoutesLoader");
        }
    }

    private static Stream<String> names(Object value) {
        return switch (value) {
            case null -> Stream.empty();
            case Class<?> type -> Stream.of(type.getName());
            case List<?> list -> list.stream().flatMap(ReachabilityTest::names);
            default -> value.toString().matches("([a-z]\\w*\\.)+[A-Z]\\w*") ? Stream.of(value.toString()) : Stream.empty();
        };
    }

    /** Classes are initialised when the executable is built: what they ask of their surroundings then, they would know for ever. */
    @Test
    void nothingOfOursIsFrozenByTheBuild() {
        var surroundings = Set.of("java.lang.Thread", "java.lang.ProcessHandle", "java.lang.Runtime", "java.net.InetAddress",
                "java.net.http.HttpClient", "java.nio.file.Files", "java.security.SecureRandom", "java.util.Random", "java.util.UUID",
                "java.util.TimeZone", "java.util.concurrent.Executors", "javax.net.ssl.SSLContext");
        var asking = Set.of("getenv", "getProperty", "getInteger", "getBoolean", "nanoTime", "currentTimeMillis", "now", "systemDefault",
                "getDefault", "systemDefaultZone", "defaultCharset", "toAbsolutePath");
        var frozen = ours.stream().flatMap(type -> type.getStaticInitializer().stream())
                .flatMap(initializer -> Stream.<JavaCall<?>>concat(initializer.getMethodCallsFromSelf().stream(),
                        initializer.getConstructorCallsFromSelf().stream()))
                .filter(call -> surroundings.contains(call.getTargetOwner().getName()) || asking.contains(call.getName()))
                .map(Object::toString).toList();
        assertThat(frozen).isEmpty();
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
        for (var library : List.of("linux/amd64/libzstd-jni-1.5.6-10.so", "linux/aarch64/libzstd-jni-1.5.6-10.so",
                "org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so", "org/xerial/snappy/native/Linux/aarch64/libsnappyjava.so")) {
            assertThat(getClass().getClassLoader().getResource(library)).as(library).isNotNull();
            assertThat(executable.isIncluded(library)).as(library).isTrue();
        }
        // Those of other systems would be 14 MB.
        assertThat(executable.isIncluded("linux/s390x/libzstd-jni-1.5.6-10.so")).isFalse();
        assertThat(executable.isIncluded("org/xerial/snappy/native/Windows/x86_64/snappyjava.dll")).isFalse();
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
