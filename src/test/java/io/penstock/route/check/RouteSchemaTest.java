package io.penstock.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.penstock.route.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RouteSchemaTest {

    private static final Path EXAMPLES = Path.of("examples");
    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(RouteSchema.full());

    static Stream<Path> routeFiles() throws IOException {
        try (var files = Files.list(EXAMPLES)) {
            return Stream.concat(Stream.of(Path.of("src/main/resources/routes/trade-errors.camel.yaml")),
                    files.filter(file -> file.toString().endsWith(".camel.yaml")).sorted().toList().stream());
        }
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    void everyShippedFileIsRight(Path file) throws IOException {
        assertThat(wrong(Files.readString(file))).isEmpty();
    }

    @Test
    void whatABeanOrAStepDoesNotHaveIsSeen() throws IOException {
        var text = Files.readString(EXAMPLES.resolve("upsert-delete.camel.yaml"));
        assertThat(wrong(text.replace("action:", "acton:"))).isNotEmpty();
        assertThat(wrong(text.replace("completionTimeout:", "completionTime:"))).isNotEmpty();
        assertThat(wrong(text.replaceAll("completionTimeout: \\d+", "completionTimeout: [ 1 ]"))).isNotEmpty();
    }

    private static Set<ValidationMessage> wrong(String text) {
        return SCHEMA.validate(Yaml.json(Yaml.compose(text).orElseThrow()));
    }
}
