package io.penstock.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the route files. */
final class RouteFiles {

    /** The end of a route file's name. */
    static final String SUFFIX = ".camel.yaml";
    /** A native image can't list the folders inside it, so the shipped routes are named. */
    private static final List<String> SHIPPED = List.of("classpath:routes/trade-errors.camel.yaml");

    private RouteFiles() {
    }

    /** The routes in the executable, as Camel resource locations. */
    static List<String> shipped() {
        return SHIPPED;
    }

    /**
     * The route files directly in a folder, as Camel resource locations in the order of their names.
     *
     * @throws IllegalArgumentException if there is no such folder
     */
    static List<String> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("penstock.routes (PENSTOCK_ROUTES, --routes): there is no folder " + folder);
        }
        try (var files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(SUFFIX) && Files.isRegularFile(f)).sorted()
                    .map(f -> "file:" + f).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
