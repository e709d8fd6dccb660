package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.junit.jupiter.api.Test;

class PlaceholderSourceTest {

    @Test
    void answersBeforeThoseThatAreListedWholeForEachPlaceholder() throws Exception {
        var config = new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(Map.of("a.setting", "value"), "test", 1)).build();
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("camels", new Listed());
            context.getRegistry().bind("settings", new PlaceholderSource(config));
            context.start();
            assertThat(context.resolvePropertyPlaceholders("{{a.setting}} {{unset:other}}")).isEqualTo("value other");
        }
    }

    private static final class Listed implements LoadablePropertiesSource {

        @Override
        public String getName() {
            return "listed";
        }

        @Override
        public String getProperty(String name) {
            return "a.setting".equals(name) ? "listed" : null;
        }

        @Override
        public Properties loadProperties() {
            throw new AssertionError("All settings were listed");
        }

        @Override
        public Properties loadProperties(Predicate<String> filter) {
            return loadProperties();
        }

        @Override
        public void reloadProperties(String location) {
        }
    }
}
