package io.penstock.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of("docs/configuration.md");

    @Test
    void thePageSaysWhatTheCodeSays() throws IOException {
        String page = ConfigurationReference.of(Path.of("src/main/java"));
        if (Boolean.getBoolean("penstock.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("bin/test --docs writes it anew").hasContent(page);
    }
}
