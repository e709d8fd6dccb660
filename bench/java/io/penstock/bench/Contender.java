package io.penstock.bench;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import io.penstock.bench.plain.CamelPlain;
import io.penstock.bench.plain.TradeError;
import io.penstock.stack.Artifacts;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.ServerFolder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * A program that does the reference job. Each takes the same environment variables, those of Penstock.
 *
 * @param name    as in the results
 * @param java    what the JVM is started with, the main class or jar included; empty if it is an executable
 * @param command the executable; empty if it runs on the JVM
 * @param pollsAhead whether it polls far ahead of what it has stored
 */
record Contender(String name, List<String> java, List<String> command, boolean pollsAhead) {

    /** A heap with which Penstock stays below 256 MB in all, and the collector that a JVM chooses by itself on one core. */
    static final String JVM_OPTIONS = "-Xmx88m -XX:+UseSerialGC";
    /** The options file that {@code bin/penstock} starts Penstock with; without one, its jar is started. */
    private static final String SHIPPED = System.getProperty("penstock.test.arguments", "");

    /** On Kafka's client and Jackson, and nothing else. Its JVM gets Penstock's options but the cache's. */
    static Contender limit(List<String> jvmOptions) {
        var jars = Artifacts.of("org.apache.kafka:kafka-clients:" + AppInfoParser.getVersion())
                .and(Artifacts.of("com.fasterxml.jackson.core:jackson-databind:" + PackageVersion.VERSION));
        var logging = Artifacts.of("org.slf4j:slf4j-simple:" + jars.get("org.slf4j:slf4j-api").getVersion());
        return onJvm("limit", tuned(jvmOptions), false, "-cp", logging.and(jars).classPath(Path.of("target/test-classes").toAbsolutePath()),
                Limit.class.getName());
    }

    /**
     * Resolves Camel's jars, which may take a while the first time. Its JVM is left to choose: by default settings, Camel keeps up to
     * a thousand full bulks in memory when Elasticsearch is slower than Kafka, and a heap as small as the others' ends it.
     */
    static Contender camelPlain() {
        var version = CamelContext.class.getPackage().getImplementationVersion();
        var jars = Stream.of("core", "main", "kafka", "jackson", "yaml-dsl", "bean", "elasticsearch")
                .map(name -> Artifacts.of("org.apache.camel:camel-" + name + ":" + version)).reduce((all, jar) -> jar.and(all)).orElseThrow();
        var logging = Artifacts.of("org.slf4j:slf4j-simple:" + jars.get("org.slf4j:slf4j-api").getVersion());
        var classes = ServerFolder.create("camel-plain-classes");
        JavaLauncher.copy(CamelPlain.class, classes);
        JavaLauncher.copy(TradeError.class, classes);
        return onJvm("camel-plain", List.of(), true, "-cp", Path.of("bench/camel-plain").toAbsolutePath() + File.pathSeparator
                + logging.and(jars).classPath(classes), CamelPlain.class.getName());
    }

    /** The build of this checkout as {@code bin/penstock} starts it, from its AOT cache. */
    static Contender penstock(List<String> jvmOptions, Path jar) {
        return SHIPPED.isEmpty() ? penstock("penstock", jvmOptions, jar) : onJvm("penstock", jvmOptions, false, "@" + SHIPPED);
    }

    /** @param jar what another build made, {@code quarkus-run.jar} with its folders; it has no cache, but the same options */
    static Contender penstock(String name, List<String> jvmOptions, Path jar) {
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: build it with mvn package -DskipTests");
        }
        return onJvm(name, tuned(jvmOptions), false, "-jar", jar.toAbsolutePath().toString());
    }

    /** With the options that Penstock is shipped with, as far as they are not about the cache. */
    private static List<String> tuned(List<String> jvmOptions) {
        var options = new ArrayList<>(jvmOptions);
        if (SHIPPED.isEmpty()) {
            return options;
        }
        try (var lines = Files.lines(Path.of(SHIPPED))) {
            lines.filter(line -> line.startsWith("-XX:") && !line.startsWith("-XX:AOT")).forEach(options::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return options;
    }

    /** With the heap of the others; the other options are a JVM's. */
    static Contender penstockNative(List<String> jvmOptions, Path executable) {
        var command = new ArrayList<>(List.of(executable.toAbsolutePath().toString()));
        jvmOptions.stream().filter(option -> option.startsWith("-Xmx")).forEach(command::add);
        return new Contender("penstock-native", List.of(), List.copyOf(command), false);
    }

    private static Contender onJvm(String name, List<String> options, boolean pollsAhead, String... program) {
        var java = new ArrayList<>(options);
        java.addAll(List.of(program));
        return new Contender(name, List.copyOf(java), List.of(), pollsAhead);
    }

    boolean isOnJvm() {
        return command.isEmpty();
    }

    /** @param options for the JVM, if it runs on one, beside its own */
    List<String> command(List<String> options) {
        if (!isOnJvm()) {
            return command;
        }
        var words = new ArrayList<String>();
        words.add(JavaLauncher.java());
        words.addAll(options);
        words.addAll(java);
        return words;
    }
}
