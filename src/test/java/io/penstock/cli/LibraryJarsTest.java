package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryJarsTest {

    @TempDir
    Path folder;

    @Test
    void everyResourceIsFoundAndInTheOrderOfTheJars() throws IOException {
        var merged = merge(
                jar("b", Map.of("one", "1", "META-INF/services/S", "b", "same", "x")),
                jar("a", Map.of("two", "2", "META-INF/services/S", "a", "same", "x")),
                jar("c", Map.of("META-INF/services/S", "c")));

        assertThat(found(merged, "one")).containsExactly("1");
        assertThat(found(merged, "two")).containsExactly("2");
        assertThat(found(merged, "META-INF/services/S")).containsExactly("b", "a", "c");
        assertThat(found(merged, "same")).containsExactly("x");
        assertThat(merged).hasSize(3);
    }

    @Test
    void whatIsForThisVersionOfJavaIsTaken() throws IOException {
        var merged = merge(jar("versions", new TreeMap<>(Map.of("A.class", "any", "META-INF/versions/21/A.class", "21",
                "META-INF/versions/9999/A.class", "later", "META-INF/versions/17/B.class", "17"))));

        assertThat(found(merged, "A.class")).containsExactly("21");
        assertThat(found(merged, "B.class")).containsExactly("17");
        assertThat(found(merged, "META-INF/versions/21/A.class")).isEmpty();
    }

    @Test
    void whatOnlyDescribesOneJarIsLeftOut() throws IOException {
        var merged = merge(jar("signed", Map.of("META-INF/X.SF", "signature", "META-INF/INDEX.LIST", "index", "module-info.class", "module",
                "META-INF/LICENSE", "kept")));

        assertThat(found(merged, "META-INF/X.SF")).isEmpty();
        assertThat(found(merged, "META-INF/INDEX.LIST")).isEmpty();
        assertThat(found(merged, "module-info.class")).isEmpty();
        assertThat(found(merged, "META-INF/LICENSE")).containsExactly("kept");
    }

    private Path jar(String name, Map<String, String> entries) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        var path = folder.resolve(name + ".jar");
        try (var jar = new JarOutputStream(Files.newOutputStream(path), manifest)) {
            for (var entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return path;
    }

    private List<Path> merge(Path... jars) throws IOException {
        var merged = Files.createDirectory(folder.resolve("merged"));
        LibraryJars.merge(merged, List.of(jars));
        try (var files = Files.list(merged)) {
            return files.sorted().toList();
        }
    }

    private static List<String> found(List<Path> jars, String name) throws IOException {
        var urls = new ArrayList<URL>();
        for (var jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        try (var loader = new URLClassLoader(urls.toArray(URL[]::new), null)) {
            var contents = new ArrayList<String>();
            for (var url : Collections.list(loader.findResources(name))) {
                try (var content = url.openStream()) {
                    contents.add(new String(content.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return contents;
        }
    }
}
