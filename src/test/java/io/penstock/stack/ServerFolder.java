package io.penstock.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where one server keeps its data and its log: {@code target/stack/NAME-PID-NUMBER}. What a JVM that has ended left behind is
 * deleted when the next one makes its first folder; until then logs of a failed run can be read.
 */
public final class ServerFolder {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Path ROOT = Path.of(System.getProperty("penstock.test.folder", "target/stack")).toAbsolutePath();

    private ServerFolder() {
    }

    public static synchronized Path create(String name) {
        try {
            if (COUNT.get() == 0) {
                sweep();
            }
            var folder = ROOT.resolve(name + "-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for " + name + " below " + ROOT, e);
        }
    }

    /** Deletes the folder and all in it; what is not there is no failure. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sweep() throws IOException {
        if (!Files.isDirectory(ROOT)) {
            return;
        }
        try (var folders = Files.newDirectoryStream(ROOT, "*-*-*")) {
            for (var folder : folders) {
                var parts = folder.getFileName().toString().split("-");
                var pid = parts[parts.length - 2];
                if (pid.matches("\\d+") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    delete(folder);
                }
            }
        }
    }
}
