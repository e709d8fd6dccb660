package io.penstock.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The JDK this JVM runs on, and single classes of the test tree for use in other JVMs, apart from our test class path. */
public final class JavaLauncher {

    /** For processes that live shortly: what the better compiler takes to warm up is not won back. */
    public static final String FAST_START = "-XX:TieredStopAtLevel=1";
    /** Instead of it, for one that a benchmark keeps busy. */
    public static final String FAST_AT_LENGTH = "-XX:TieredStopAtLevel=4";

    private JavaLauncher() {
    }

    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Copies the class, which must have no nested classes, into a class path folder. */
    public static void copy(Class<?> main, Path folder) {
        var name = main.getName().replace('.', '/') + ".class";
        try (var bytes = main.getResourceAsStream("/" + name)) {
            if (bytes == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            var target = folder.resolve(name);
            Files.createDirectories(target.getParent());
            Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
