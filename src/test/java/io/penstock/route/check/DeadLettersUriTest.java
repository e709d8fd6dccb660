package io.penstock.route.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersUriTest {

    @ParameterizedTest
    @ValueSource(strings = {"kafka:{topic}.dead-letters", "kafka://letters?brokers=b:1", "file:/letters?password=a:b",
        "elasticsearch:es?operation=Index&indexName=letters", "https://example.org/letters", "{{letters.uri}}", "{{letters.scheme}}:x"})
    void whatTheExecutableHasIsTaken(String uri) {
        assertThatCode(() -> DeadLettersUri.validate(uri)).doesNotThrowAnyException();
    }

    @Test
    void aComponentThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> DeadLettersUri.validate("kafkaa:x?saslJaasConfig=secret")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("penstock.dead-letters.uri (PENSTOCK_DEAD_LETTERS_URI): there is no component kafkaa in this executable;"
                        + " did you mean kafka?");
        assertThatThrownBy(() -> DeadLettersUri.validate("jms:queue:letters")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no component jms in this executable; there are bean, ").hasMessageNotContaining("queue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"letters", "{topic}.dead-letters", "letters?password=secret:x", ":letters"})
    void whatNamesNoComponentIsRefused(String uri) {
        assertThatThrownBy(() -> DeadLettersUri.validate(uri)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("penstock.dead-letters.uri (PENSTOCK_DEAD_LETTERS_URI) names no component: write it as"
                        + " kafka:{topic}.dead-letters");
    }
}
