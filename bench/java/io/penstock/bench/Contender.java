package io.penstock.bench;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import io.penstock.bench.plain.CamelPlain;
import io.penstock.bench.plain.TradeError;
import io.penstock.stack.Artifacts;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.ServerFolder;
import java.io.File;
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

    /** What a container of 512 MB would choose by itself: a quarter of it for the heap, and the collector for one core. */
    static final String JVM_OPTIONS = "-Xmx128m -XX:+UseSerialGC";

    /** On Kafka's client and Jackson, and nothing else. */
    static Contender limit(List<String> jvmOptions) {
        var jars = Artifacts.of("org.apache.kafka:kafka-clients:" + AppInfoParser.getVersion())
                .and(Artifacts.of("com.fasterxml.jackson.core:jackson-databind:" + PackageVersion.VERSION));
        var logging = Artifacts.of("org.slf4j:slf4j-simple:" + jars.get("org.slf4j:slf4j-api").getVersion());
        return onJvm("limit", jvmOptions, false, "-cp", logging.and(jars).classPath(Path.of("target/test-classes").toAbsolutePath()),
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

    /** @param jar what the build makes, {@code quarkus-run.jar} with its folders */
    static Contender penstock(String name, List<String> jvmOptions, Path jar) {
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: build it with mvn package -DskipTests");
        }
        return onJvm(name, jvmOptions, false, "-jar", jar.toAbsolutePath().toString());
    }

    static Contender penstockNative(Path executable) {
        return new Contender("penstock-native", List.of(), List.of(executable.toAbsolutePath().toString()), false);
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
