package io.penstock.route;

import io.quarkus.arc.Unremovable;
import jakarta.inject.Singleton;
import org.apache.camel.Ordered;
import org.apache.camel.spi.PropertiesSource;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * The settings as values of placeholders. Camel's own source, which stands behind it, can be listed, and whatever can is
 * listed whole for each placeholder it knows, to tell where the value is from. Thread-safe.
 */
@Singleton
@Unremovable
final class PlaceholderSource implements PropertiesSource, Ordered {

    private final Config config;

    PlaceholderSource(Config config) {
        this.config = config;
    }

    @Override
    public String getName() {
        return "settings";
    }

    @Override
    public @Nullable String getProperty(String name) {
        return config.getOptionalValue(name, String.class).orElse(null);
    }

    @Override
    public int getOrder() {
        return HIGHEST;
    }
}
