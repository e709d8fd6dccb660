package io.penstock.route;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.penstock.route.check.RouteCheck;
import io.penstock.route.check.RouteCheck.RouteFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;

/** A route file is read or refused with an exception, and checked without one; it never ends the thread that watches the folder. */
class RouteFileFuzzTest {

    private final RouteCheck check = new RouteCheck(_ -> Optional.empty(), List::of);

    @FuzzTest(maxDuration = "5m")
    void aRouteFileIsLoadedOrRefused(byte[] file) throws IOException {
        try (var context = new DefaultCamelContext()) {
            var reader = new RouteReader(context, new DeclaredBeans(), new RouteDefaults((_, _) -> { }));
            reader.read(new RouteSource("file:fuzz.camel.yaml", file));
        } catch (Exception _) {
            // Refused as it should be
        }
    }

    @FuzzTest(maxDuration = "5m")
    void whateverIsInARouteFileIsCheckedWithoutAnException(byte[] file) {
        check.check(List.of(new RouteFile("fuzz.camel.yaml", new String(file, StandardCharsets.UTF_8))));
    }
}
