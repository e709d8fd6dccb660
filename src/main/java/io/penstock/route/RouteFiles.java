package io.penstock.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * The route files of a folder, and whether they have changed. It looks instead of listening: file events miss the swap of a
 * ConfigMap's {@code ..data} link, and network file systems send none. One thread.
 */
final class RouteFiles {

    /** The end of a route file's name. */
    static final String SUFFIX = ".camel.yaml";
    /** A native image can't list the folders inside it, so the shipped routes are named. */
    private static final List<String> SHIPPED = List.of("classpath:routes/trade-errors.camel.yaml");

    /** What tells one state of a file from another without reading it. Links are followed to the file's real place. */
    private record Stamp(Path realPath, @Nullable Object inode, long size, FileTime modified) {

        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(file.toRealPath(), attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
        }
    }

    private final Path folder;
    private SortedMap<Path, Stamp> taken = new TreeMap<>();
    private @Nullable SortedMap<Path, Stamp> last;

    /** @throws IllegalArgumentException if there is no such folder */
    RouteFiles(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("penstock.routes (PENSTOCK_ROUTES, --routes): there is no folder " + folder);
        }
        this.folder = folder;
    }

    /** The routes in the executable. */
    static List<RouteSource> shipped(CamelContext context) throws IOException {
        var sources = new ArrayList<RouteSource>();
        for (String location : SHIPPED) {
            try (var content = ResourceHelper.resolveMandatoryResourceAsInputStream(context, location)) {
                sources.add(new RouteSource(location, content.readAllBytes()));
            }
        }
        return sources;
    }

    /** The files as they are now, in the order of their names. */
    List<RouteSource> read() throws IOException {
        var now = look();
        var sources = read(now);
        taken = now;
        last = now;
        return sources;
    }

    /**
     * Looks once. A change is reported when two looks in a row saw the same, so that files being written are left alone until
     * it is quiet.
     *
     * @return all files in the order of their names if any was changed, added or removed since they were last returned
     * @throws IOException if the folder can't be read; what it holds is not known then
     */
    Optional<List<RouteSource>> changed() throws IOException {
        try {
            var now = look();
            boolean quiet = now.equals(last);
            last = now;
            if (!quiet || now.equals(taken)) {
                return Optional.empty();
            }
            var sources = read(now);
            if (!look().equals(now)) {
                return Optional.empty();
            }
            taken = now;
            return Optional.of(sources);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            // A file went between two looks at it: not quiet.
            last = null;
            return Optional.empty();
        }
    }

    private SortedMap<Path, Stamp> look() throws IOException {
        var stamps = new TreeMap<Path, Stamp>();
        try (var files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                // Hidden ones are editors' swap files and a ConfigMap's own folders.
                if (name.endsWith(SUFFIX) && !name.startsWith(".") && Files.isRegularFile(file)) {
                    stamps.put(file, Stamp.of(file));
                }
            }
        }
        return stamps;
    }

    private static List<RouteSource> read(SortedMap<Path, Stamp> files) throws IOException {
        var sources = new ArrayList<RouteSource>();
        for (Path file : files.keySet()) {
            sources.add(new RouteSource("file:" + file, Files.readAllBytes(file)));
        }
        return sources;
    }
}
