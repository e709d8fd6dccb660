package io.penstock.route.check;

import io.penstock.convert.Spelling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.catalog.JSonSchemaResolver;
import org.apache.camel.catalog.impl.AbstractCamelCatalog;
import org.apache.camel.tooling.model.ComponentModel;
import org.jspecify.annotations.Nullable;

/** Camel's catalogue of what is in this executable, and of nothing else. */
final class ImageCatalog extends AbstractCamelCatalog {

    private static final String SERVICES = "META-INF/services/org/apache/camel/";
    private static final ClassLoader RESOURCES = ImageCatalog.class.getClassLoader();

    private final Set<String> components = names("component.properties", "components");
    private final Set<String> languages = names("language.properties", "languages");
    private final Set<String> dataFormats = names("dataformat.properties", "dataFormats");

    /** By component; Camel reads a description anew for each endpoint. */
    private final Map<String, ComponentModel> models = new HashMap<>();

    ImageCatalog() {
        setJSonSchemaResolver(new Descriptions());
        setSuggestionStrategy((known, unknown) -> Spelling.nearest(unknown, known).stream().toArray(String[]::new));
    }

    @Override
    public @Nullable ComponentModel componentModel(String name) {
        return models.computeIfAbsent(name, super::componentModel);
    }

    Set<String> components() {
        return components;
    }

    Set<String> languages() {
        return languages;
    }

    Set<String> dataFormats() {
        return dataFormats;
    }

    private static Set<String> names(String file, String property) {
        var names = new TreeSet<String>();
        try {
            for (var url : Collections.list(RESOURCES.getResources(SERVICES + file))) {
                var properties = new Properties();
                try (var in = url.openStream()) {
                    properties.load(in);
                }
                names.addAll(Set.of(properties.getProperty(property, "").split("\\s+")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private static @Nullable String text(String resource) {
        try (var in = RESOURCES.getResourceAsStream(resource)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The descriptions that every component brings along, in the folder of its class. */
    private static final class Descriptions implements JSonSchemaResolver {

        /** Components whose folder has another name. */
        private static final Map<String, String> FOLDERS = Map.of("elasticsearch", "es", "class", "beanclass",
                "https", "http");

        @Override
        public void setClassLoader(ClassLoader classLoader) {
            // there is only one
        }

        @Override
        public @Nullable String getComponentJSonSchema(String name) {
            return text("META-INF/org/apache/camel/component/" + FOLDERS.getOrDefault(name, name) + '/' + name + ".json");
        }

        @Override
        public @Nullable String getDataFormatJSonSchema(String name) {
            return null;
        }

        @Override
        public @Nullable String getLanguageJSonSchema(String name) {
            return null;
        }

        @Override
        public @Nullable String getTransformerJSonSchema(String name) {
            return null;
        }

        @Override
        public @Nullable String getDevConsoleJSonSchema(String name) {
            return null;
        }

        @Override
        public @Nullable String getOtherJSonSchema(String name) {
            return null;
        }

        @Override
        public @Nullable String getModelJSonSchema(String name) {
            return null;
        }

        @Override
        public @Nullable String getMainJsonSchema() {
            return null;
        }

        @Override
        public @Nullable String getJBangJsonSchema() {
            return null;
        }

        @Override
        public @Nullable String getPojoBeanJSonSchema(String name) {
            return null;
        }
    }
}
