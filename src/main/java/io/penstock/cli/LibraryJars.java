package io.penstock.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Puts the jars of a class path together, for {@code bin/aot-cache}; nothing else runs it. To open two hundred takes a tenth of the
 * service's start.
 *
 * <p>Whatever is looked up by name on the class path is found as before, all of several resources of one name included, in the same
 * order: the second that differs is in the second jar, and so on. Of classes for several versions of Java, those for this one are taken.
 * Left out are manifests, signatures and what only Quarkus' build reads.
 */
final class LibraryJars implements AutoCloseable {

    private static final Pattern NEVER_LOOKED_UP = Pattern.compile("module-info\\.class|META-INF/(MANIFEST\\.MF|INDEX\\.LIST|jandex\\.idx"
            + "|quarkus-.*|[^/]*\\.(SF|RSA|DSA|EC))");

    private final Path folder;
    private final List<Jar> written = new ArrayList<>();

    private LibraryJars(Path folder) {
        this.folder = folder;
    }

    /** FOLDER JAR...: writes {@code libraries-00.jar} and so on into the folder. */
    public static void main(String... args) throws IOException {
        merge(Path.of(args[0]), List.of(args).subList(1, args.length).stream().map(Path::of).toList());
    }

    static void merge(Path folder, List<Path> jars) throws IOException {
        try (var merged = new LibraryJars(folder)) {
            for (var jar : jars) {
                merged.add(jar);
            }
        }
    }

    private void add(Path path) throws IOException {
        try (var jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            for (Iterator<? extends ZipEntry> entries = jar.versionedStream().iterator(); entries.hasNext();) {
                var entry = entries.next();
                if (!entry.isDirectory() && !NEVER_LOOKED_UP.matcher(entry.getName()).matches()) {
                    add(jar, entry);
                }
            }
        }
    }

    private void add(JarFile jar, ZipEntry entry) throws IOException {
        int copy = 0;
        while (copy < written.size() && written.get(copy).crcs.containsKey(entry.getName())) {
            if (written.get(copy).crcs.get(entry.getName()) == entry.getCrc()) {
                return;
            }
            copy++;
        }
        if (copy == written.size()) {
            written.add(new Jar(folder.resolve("libraries-%02d.jar".formatted(copy))));
        }
        var to = written.get(copy);
        to.crcs.put(entry.getName(), entry.getCrc());
        var added = new ZipEntry(entry.getName());
        added.setTimeLocal(entry.getTimeLocal());
        to.out.putNextEntry(added);
        try (var content = jar.getInputStream(entry)) {
            content.transferTo(to.out);
        }
        to.out.closeEntry();
    }

    @Override
    public void close() throws IOException {
        for (var jar : written) {
            jar.out.close();
        }
    }

    private static final class Jar {

        final Map<String, Long> crcs = new HashMap<>();
        final JarOutputStream out;

        Jar(Path path) throws IOException {
            out = new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(path)));
        }
    }
}
