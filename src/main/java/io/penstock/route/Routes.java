package io.penstock.route;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.penstock.sink.DeadLetterReasons;
import io.penstock.sink.DeadLetters;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.CamelLogger;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jboss.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the route files and runs them. A file with a fault is refused, with the others none the wiser.
 *
 * <p>{@link #load()} belongs to one thread; the rest may be called from any.
 */
public final class Routes {

    private static final Logger LOG = Logger.getLogger(Routes.class);

    private final CamelContext context;
    private final RoutesConfig config;
    private final Map<String, String> faults = new ConcurrentHashMap<>();
    private volatile boolean loaded;

    /** Prepares the context: every route added to it from now on settles its deliveries. */
    public Routes(CamelContext context, RoutesConfig config, DeadLetters deadLetters) {
        this.context = context;
        this.config = config;
        // One for each route: Camel stops a route's policies with it.
        context.addRoutePolicyFactory((camel, routeId, route) -> new DeliveryPolicy(deadLetters));
        context.getCamelContextExtension().setErrorHandlerFactory(errorHandler());
    }

    /** Fails the exchange, silently: its record becomes a dead letter, which says what there is to say. */
    private static DefaultErrorHandlerDefinition errorHandler() {
        var errorHandler = new DefaultErrorHandlerDefinition();
        errorHandler.disableRedelivery();
        errorHandler.logStackTrace(false);
        errorHandler.logExhaustedMessageHistory(false);
        errorHandler.setLoggerBean(new CamelLogger(LoggerFactory.getLogger(Routes.class), LoggingLevel.OFF));
        errorHandler.setOnExceptionOccurredProcessor(DeadLetterReasons::noteStep);
        return errorHandler;
    }

    /**
     * Loads and starts every route file.
     *
     * @throws IllegalArgumentException if the routes folder does not exist
     */
    public void load() {
        List<String> files = config.routes().map(Path::of).map(RouteFiles::in).orElseGet(RouteFiles::shipped);
        if (files.isEmpty()) {
            LOG.warnf("There is no route file (*%s) in %s; nothing runs.", RouteFiles.SUFFIX, config.routes().orElse(""));
        }
        files.forEach(this::load);
        loaded = true;
    }

    private void load(String location) {
        try {
            Resource resource = ResourceHelper.resolveMandatoryResource(context, location);
            for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource)) {
                if (builder instanceof RouteBuilder routes) {
                    routes.addLifecycleInterceptor(new RouteDefaults());
                }
                context.addRoutes(builder);
            }
            LOG.infof("Routes of %s run.", location);
        } catch (Exception e) {
            String fault = rootMessage(e);
            faults.put(location, fault);
            LOG.errorf("%s is refused: %s", location, fault);
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    /** True once every file was read, with or without success. */
    public boolean isLoaded() {
        return loaded;
    }

    /** What is wrong with refused files, by file. */
    public Map<String, String> faults() {
        return Map.copyOf(faults);
    }
}
