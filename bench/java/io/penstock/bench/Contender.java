package io.penstock.bench;

import io.penstock.stack.JavaLauncher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that does the reference job. Each takes the same environment variables, those of Penstock.
 *
 * @param name    as in the results
 * @param java    what the JVM is started with, the main class or jar included; empty if it is an executable
 * @param command the executable; empty if it runs on the JVM
 */
record Contender(String name, List<String> java, List<String> command) {

    /** What a container of 512 MB would choose by itself: a quarter of it for the heap, and the collector for one core. */
    static final String JVM_OPTIONS = "-Xmx128m -XX:+UseSerialGC";

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

    static Contender limit(List<String> jvmOptions) {
        return onJvm("limit", jvmOptions, "-cp", System.getProperty("java.class.path"), Limit.class.getName());
    }

    static Contender penstock(List<String> jvmOptions) {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR + " is missing: build it with mvn package -DskipTests");
        }
        return onJvm("penstock", jvmOptions, "-jar", JAR.toString());
    }

    static Contender penstockNative(Path executable) {
        return new Contender("penstock-native", List.of(), List.of(executable.toAbsolutePath().toString()));
    }

    private static Contender onJvm(String name, List<String> options, String... program) {
        var java = new ArrayList<>(options);
        java.addAll(List.of(program));
        return new Contender(name, List.copyOf(java), List.of());
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
