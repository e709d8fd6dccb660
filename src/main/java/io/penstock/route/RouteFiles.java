package io.penstock.route;

import io.penstock.route.check.RouteCheck.RouteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * The route files of a folder, and whether they have changed. It reads instead of listening: file events miss the swap of a
 * ConfigMap's {@code ..data} link, network file systems send none, and two saves may have the same time and size. One thread.
 */
public final class RouteFiles {

    /** The end of a route file's name. */
    public static final String SUFFIX = RouteFile.SUFFIX;
    /** The route in the executable, as a resource: a native image can't list the folders inside it. */
    public static final String SHIPPED = "routes/trade-errors.camel.yaml";

    private final Path folder;
    private SortedMap<Path, RouteSource> taken = new TreeMap<>();
    private @Nullable SortedMap<Path, RouteSource> last;

    /** @throws IllegalArgumentException if there is no such folder */
    RouteFiles(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("penstock.routes (PENSTOCK_ROUTES, --routes): there is no folder " + folder);
        }
        this.folder = folder;
    }

    /** The routes in the executable. */
    static List<RouteSource> shipped(CamelContext context) {
        return at(List.of("classpath:" + SHIPPED), context);
    }

    /** The files at these Camel resource locations. */
    static List<RouteSource> at(List<String> locations, CamelContext context) {
        var sources = new ArrayList<RouteSource>();
        for (String location : locations) {
            try (var content = ResourceHelper.resolveMandatoryResourceAsInputStream(context, location)) {
                sources.add(new RouteSource(location, content.readAllBytes()));
            } catch (IOException e) {
                sources.add(new RouteSource(location, new byte[0], e.toString()));
            }
        }
        return sources;
    }

    /** The files as they are now, in the order of their names. */
    List<RouteSource> read() throws IOException {
        taken = look();
        last = taken;
        return List.copyOf(taken.values());
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
            boolean quiet = same(now, last);
            last = now;
            if (!quiet || same(now, taken)) {
                return Optional.empty();
            }
            taken = now;
            return Optional.of(List.copyOf(now.values()));
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            // A file went while it was looked at: not quiet.
            last = null;
            return Optional.empty();
        }
    }

    /** The route files in a folder, in the order of their names. */
    public static List<Path> in(Path folder) throws IOException {
        return list(folder, SUFFIX);
    }

    /** What to say of a folder without a route file: that, and which file may have been meant for one. */
    public static String missing(Path folder) throws IOException {
        return "there is no route file (*" + SUFFIX + ") in " + folder + list(folder, ".yaml", ".yml").stream()
                .filter(file -> !file.toString().endsWith(".test.yaml")).findFirst()
                .map(file -> "; " + file + " is none: rename it to " + renamed(file)).orElse("");
    }

    /** The name under which the file would be read. */
    public static String renamed(Path file) {
        return file.getFileName().toString().replaceFirst("(\\.camel)?(\\.ya?ml)?$", SUFFIX);
    }

    private static List<Path> list(Path folder, String... endings) throws IOException {
        try (var found = Files.list(folder)) {
            return found.filter(file -> Stream.of(endings).anyMatch(ending -> isVisible(file, ending))).sorted().toList();
        }
    }

    /** Whether it is a file whose name ends so. Hidden ones, editors' swap files and a ConfigMap's own folders, are passed over. */
    private static boolean isVisible(Path file, String ending) {
        String name = file.getFileName().toString();
        return name.endsWith(ending) && !name.startsWith(".") && Files.isRegularFile(file);
    }

    private SortedMap<Path, RouteSource> look() throws IOException {
        var sources = new TreeMap<Path, RouteSource>();
        for (Path file : in(folder)) {
            sources.put(file, source(file));
        }
        return sources;
    }

    /** One that can't be read is no reason to leave the others unread. */
    private static RouteSource source(Path file) throws IOException {
        var location = "file:" + file;
        try {
            return new RouteSource(location, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return new RouteSource(location, new byte[0], e.toString());
        }
    }

    private static boolean same(SortedMap<Path, RouteSource> now, @Nullable SortedMap<Path, RouteSource> before) {
        return before != null && now.keySet().equals(before.keySet())
                && now.entrySet().stream().allMatch(file -> file.getValue().sameTextAs(before.get(file.getKey())));
    }
}
