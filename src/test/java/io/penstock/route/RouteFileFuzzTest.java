package io.penstock.route;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A route file is loaded or refused with an exception; it never ends the thread that watches the folder. */
class RouteFileFuzzTest {

    @FuzzTest(maxDuration = "5m")
    void aRouteFileIsLoadedOrRefused(byte[] file) throws IOException {
        try (var context = new DefaultCamelContext()) {
            var resource = ResourceHelper.fromBytes("fuzz.camel.yaml", file);
            for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource)) {
                context.addRoutes(builder);
            }
        } catch (Exception _) {
            // Refused as it should be
        }
    }
}
