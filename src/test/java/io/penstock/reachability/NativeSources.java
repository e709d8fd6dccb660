package io.penstock.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What native-image is given: {@code mvn package -Dnative -Dquarkus.native.sources-only=true} writes it to
 * {@code target/native-sources}.
 */
record NativeSources(String arguments, Map<String, JsonNode> classes, Map<String, JsonNode> jni, Set<Pattern> resources,
        Map<String, Set<String>> services) {

    static final Path FOLDER = Path.of("target/native-sources");
    static final Path JAR = FOLDER.resolve("penstock.jar");
    private static final Pattern EXCLUSION = Pattern.compile("--exclude-config (\\S+) (\\S+)");

    static boolean exist() {
        return Files.exists(JAR);
    }

    static NativeSources read() {
        try (FileSystem jar = FileSystems.newFileSystem(JAR)) {
            var arguments = Files.readString(FOLDER.resolve("native-image.args"));
            var classes = new HashMap<String, JsonNode>();
            var jni = new HashMap<String, JsonNode>();
            var resources = new HashSet<Pattern>();
            var services = new HashMap<String, Set<String>>();
            collect(jar, excluded(arguments, JAR), classes, jni, resources);
            services(jar, services);
            try (var libraries = Files.list(FOLDER.resolve("lib"))) {
                for (var library : libraries.filter(file -> file.toString().endsWith(".jar")).toList()) {
                    try (FileSystem inside = FileSystems.newFileSystem(library)) {
                        collect(inside, excluded(arguments, library), classes, jni, resources);
                        services(inside, services);
                    }
                }
            }
            return new NativeSources(arguments, classes, jni, resources, services);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which of a jar's own metadata native-image is told to pass over. */
    private static Predicate<Path> excluded(String arguments, Path jar) {
        var files = EXCLUSION.matcher(arguments).results()
                .filter(exclusion -> Pattern.compile(exclusion.group(1)).matcher(jar.toString()).find())
                .map(exclusion -> Pattern.compile(exclusion.group(2))).toList();
        return file -> files.stream().anyMatch(excluded -> excluded.matcher(file.toString()).find());
    }

    private static void collect(FileSystem jar, Predicate<Path> excluded, Map<String, JsonNode> classes, Map<String, JsonNode> jni,
            Set<Pattern> resources) throws IOException {
        var metadata = jar.getPath("/META-INF/native-image");
        if (!Files.isDirectory(metadata)) {
            return;
        }
        try (Stream<Path> files = Files.walk(metadata)) {
            for (var file : files.filter(Files::isRegularFile).filter(excluded.negate()).collect(Collectors.toSet())) {
                switch (file.getFileName().toString()) {
                    case "reflect-config.json" -> byName(file, classes);
                    case "jni-config.json" -> byName(file, jni);
                    case "resource-config.json" -> json(file).at("/resources/includes")
                            .forEach(include -> resources.add(Pattern.compile(include.path("pattern").asText())));
                    default -> {
                    }
                }
            }
        }
    }

    private static void services(FileSystem jar, Map<String, Set<String>> services) throws IOException {
        var folder = jar.getPath("META-INF/services");
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (var file : files.filter(Files::isRegularFile).collect(Collectors.toSet())) {
                services.computeIfAbsent(file.getFileName().toString(), service -> new HashSet<>()).addAll(
                        Files.readAllLines(file).stream().map(line -> line.replaceFirst("#.*", "").strip())
                                .filter(line -> !line.isEmpty()).collect(Collectors.toSet()));
            }
        }
    }

    private static void byName(Path file, Map<String, JsonNode> into) throws IOException {
        json(file).forEach(entry -> into.put(entry.path("name").asText(), entry));
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(Files.readAllBytes(file));
    }

    /** Whether it can be found by name. */
    boolean isNameable(String type) {
        return classes.containsKey(type);
    }

    /** Whether it can be made by name and its methods called. */
    boolean isUsable(String type) {
        return has(type, "allDeclaredConstructors") && has(type, "allDeclaredMethods");
    }

    /** Whether it can be made by name, as a service provider is. */
    boolean isConstructible(String type) {
        return has(type, "allDeclaredConstructors") || classes.containsKey(type)
                && classes.get(type).path("methods").findValuesAsText("name").contains("<init>");
    }

    boolean hasFields(String type) {
        return has(type, "allDeclaredFields");
    }

    private boolean has(String type, String what) {
        return classes.containsKey(type) && classes.get(type).path(what).asBoolean();
    }

    boolean isIncluded(String resource) {
        return resources.stream().anyMatch(pattern -> pattern.matcher(resource).matches());
    }
}
