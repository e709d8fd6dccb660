package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {

    @TempDir
    Path folder;
    private RouteFiles files;

    @BeforeEach
    void firstReading() throws IOException {
        write("a.camel.yaml", "first");
        files = new RouteFiles(folder);
        assertThat(texts(files.read())).isEqualTo(Map.of("a.camel.yaml", "first"));
    }

    @Test
    void unchangedFolderIsNoChange() throws IOException {
        assertThat(files.changed()).isEmpty();
        assertThat(files.changed()).isEmpty();
    }

    @Test
    void savedFileIsTakenWhenASecondLookSeesTheSame() throws IOException {
        write("a.camel.yaml", "second");
        assertThat(files.changed()).isEmpty();
        assertThat(texts(files.changed().orElseThrow())).isEqualTo(Map.of("a.camel.yaml", "second"));
        assertThat(files.changed()).isEmpty();
    }

    @Test
    void writesInSuccessionAreTakenOnceWhenItIsQuiet() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("a.camel.yaml", "x".repeat(10 + i));
            assertThat(files.changed()).isEmpty();
        }
        assertThat(texts(files.changed().orElseThrow())).isEqualTo(Map.of("a.camel.yaml", "x".repeat(14)));
        assertThat(files.changed()).isEmpty();
    }

    @Test
    void renamedOverIsSeenEvenWithSameSizeAndTime() throws IOException {
        Path file = folder.resolve("a.camel.yaml");
        FileTime time = Files.getLastModifiedTime(file);
        Path saved = write(".a.camel.yaml.swp", "other");
        Files.setLastModifiedTime(saved, time);
        Files.move(saved, file, StandardCopyOption.ATOMIC_MOVE);
        files.changed();
        assertThat(texts(files.changed().orElseThrow())).isEqualTo(Map.of("a.camel.yaml", "other"));
    }

    @Test
    void savedTwiceWithinOneTickOfTheClockIsSeen() throws IOException {
        FileTime time = Files.getLastModifiedTime(folder.resolve("a.camel.yaml"));
        Files.setLastModifiedTime(write("a.camel.yaml", "third"), time);
        files.changed();
        assertThat(texts(files.changed().orElseThrow())).isEqualTo(Map.of("a.camel.yaml", "third"));
    }

    @Test
    void addedAndRemovedFilesAreSeen() throws IOException {
        write("b.camel.yaml", "b");
        files.changed();
        assertThat(texts(files.changed().orElseThrow())).isEqualTo(Map.of("a.camel.yaml", "first", "b.camel.yaml", "b"));
        Files.delete(folder.resolve("a.camel.yaml"));
        files.changed();
        assertThat(texts(files.changed().orElseThrow())).isEqualTo(Map.of("b.camel.yaml", "b"));
    }

    @Test
    void otherAndHiddenFilesDoNotCount() throws IOException {
        write(".b.camel.yaml", "b");
        write("b.camel.yaml~", "b");
        write("b.test.yaml", "b");
        Files.createDirectory(folder.resolve("c.camel.yaml"));
        files.changed();
        assertThat(files.changed()).isEmpty();
    }

    @Test
    void swappedDataLinkOfAConfigMapIsSeen() throws IOException {
        // Given: what the kubelet makes of a ConfigMap, with the same size and time in both versions
        Path mount = Files.createDirectory(folder.resolve("mount"));
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        version(mount, "..2026_1", "old", time);
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(mount.resolve("a.camel.yaml"), Path.of("..data/a.camel.yaml"));
        var mounted = new RouteFiles(mount);
        assertThat(texts(mounted.read())).isEqualTo(Map.of("a.camel.yaml", "old"));

        // When
        version(mount, "..2026_2", "new", time);
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        // Then
        mounted.changed();
        assertThat(texts(mounted.changed().orElseThrow())).isEqualTo(Map.of("a.camel.yaml", "new"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileThatCanNotBeReadIsToldAndTheOthersAreRead() throws IOException {
        // What fails for every user, even for root.
        var unreadable = Files.createSymbolicLink(folder.resolve("b.camel.yaml"), Path.of("/proc/self/mem"));
        write("c.camel.yaml", "c");
        files.changed();
        assertThat(files.changed().orElseThrow()).extracting(RouteSource::baseName, source -> source.unreadable().isEmpty())
                .containsExactly(tuple("a", true), tuple("b", false), tuple("c", true));
        assertThat(files.changed()).isEmpty();

        Files.delete(unreadable);
        write("b.camel.yaml", "");
        files.changed();
        assertThat(files.changed().orElseThrow()).extracting(RouteSource::unreadable).containsOnly("");
        assertThat(files.read()).hasSize(3);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void namedFileThatCanNotBeReadIsToldAndTheOthersAreRead() throws Exception {
        var unreadable = Files.createSymbolicLink(folder.resolve("b.camel.yaml"), Path.of("/proc/self/mem"));
        try (var context = new DefaultCamelContext()) {
            assertThat(RouteFiles.at(List.of("file:" + unreadable, "file:" + folder.resolve("a.camel.yaml")), context))
                    .extracting(RouteSource::baseName, source -> source.unreadable().isEmpty())
                    .containsExactly(tuple("b", false), tuple("a", true));
        }
    }

    @Test
    void folderThatHasGoneIsAnErrorAndNotAnEmptyFolder() throws IOException {
        Files.delete(folder.resolve("a.camel.yaml"));
        Files.delete(folder);
        assertThatThrownBy(files::changed).isInstanceOf(NoSuchFileException.class);
        Files.createDirectory(folder);
    }

    @Test
    void missingFolderIsToldWithItsSetting() {
        assertThatThrownBy(() -> new RouteFiles(folder.resolve("none"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("penstock.routes").hasMessageContaining("none");
    }

    private static void version(Path mount, String name, String text, FileTime time) throws IOException {
        Path file = Files.createDirectory(mount.resolve(name)).resolve("a.camel.yaml");
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, time);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Map<String, String> texts(List<RouteSource> sources) {
        var texts = new TreeMap<String, String>();
        sources.forEach(s -> texts.put(Path.of(s.file()).getFileName().toString(), new String(s.content(), StandardCharsets.UTF_8)));
        return texts;
    }
}
