package io.penstock.route;

import io.penstock.route.check.RouteCheck.RouteFile;
import java.util.Arrays;

/**
 * A route file's text as it was read.
 *
 * @param location   the file, as a Camel resource location ({@code file:} or {@code classpath:})
 * @param content    its bytes; not to be changed
 * @param unreadable why it could not be read, and has no bytes therefore; empty if it could
 */
record RouteSource(String location, byte[] content, String unreadable) {

    RouteSource(String location, byte[] content) {
        this(location, content, "");
    }

    boolean sameTextAs(RouteSource other) {
        return Arrays.equals(content, other.content) && unreadable.equals(other.unreadable);
    }

    /** The file as an operator knows it: its path. */
    String file() {
        return location.startsWith("file:") ? location.substring("file:".length()) : location;
    }

    /** The file's name without folder and suffix. */
    String baseName() {
        return RouteFile.baseName(location);
    }
}
