package io.penstock.route.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.penstock.route.RouteFiles;

/**
 * A test file and the routes it tests: those of the file with the same name, {@code x.test.yaml} and {@code x.camel.yaml}, or
 * else all routes of its folder.
 *
 * @param name   as it is shown
 * @param text   what is in it
 * @param path   where it is; empty in the executable
 * @param routes the route files, as Camel resource locations
 */
record TestSource(String name, String text, Optional<Path> path, List<String> routes) {

    private static final String TEST = ".test.yaml";

    /**
     * The test files in a folder and the folders in it, or the one file.
     *
     * @throws IllegalArgumentException if there is no such folder or file, or one is no text
     */
    static List<TestSource> in(Path place) {
        if (!Files.exists(place)) {
            throw new IllegalArgumentException("there is no " + place);
        }
        try (var files = Files.walk(place)) {
            var sources = new ArrayList<TestSource>();
            for (var file : files.filter(f -> f.toString().endsWith(TEST) && Files.isRegularFile(f)).sorted().toList()) {
                sources.add(new TestSource(file.toString(), text(file), Optional.of(file), routesOf(file)));
            }
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not in UTF-8: save it so", e);
        }
    }

    private static List<String> routesOf(Path test) throws IOException {
        var name = test.getFileName().toString();
        var same = test.resolveSibling(name.substring(0, name.length() - TEST.length()) + RouteFiles.SUFFIX);
        if (Files.isRegularFile(same)) {
            return List.of("file:" + same);
        }
        return RouteFiles.in(test.toAbsolutePath().getParent()).stream().map(file -> "file:" + file).toList();
    }

    /** The test of the shipped route. */
    static List<TestSource> shipped() {
        try (var in = TestSource.class.getResourceAsStream("/routes/trade-errors.test.yaml")) {
            return List.of(new TestSource("classpath:routes/trade-errors.test.yaml",
                    new String(in.readAllBytes(), StandardCharsets.UTF_8), Optional.empty(),
                    List.of("classpath:" + RouteFiles.SHIPPED)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
