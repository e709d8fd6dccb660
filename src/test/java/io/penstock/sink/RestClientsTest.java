package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestClientsTest {

    @ParameterizedTest
    @ValueSource(strings = { "localhost:x", "ftp://localhost", "http://", "http://a b", "", "http://localhost:9200?x=1",
        "http://localhost:99999", "localhost:0" })
    void addressThatIsNoneIsRefusedByName(String host) {
        refused(TestElasticsearchConfig.at(host), "elasticsearch.hosts");
    }

    @Test
    void credentialsInTheAddressAreRefusedWithoutShowingThem() {
        assertThatThrownBy(() -> RestClients.validate(TestElasticsearchConfig.at("http://me:secret@localhost:9200")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("elasticsearch.hosts (ELASTICSEARCH_HOSTS)")
                .hasMessageContaining("elasticsearch.password (ELASTICSEARCH_PASSWORD)").hasMessageNotContaining("secret");
    }

    @Test
    void credentialsMustBeOfOneKindAndWhole() {
        var at = TestElasticsearchConfig.at("http://localhost:9200");
        refused(at.user("me", "secret").key("key"), "elasticsearch.api-key");
        refused(at.user("me", null), "elasticsearch.password");
        refused(at.user(null, "secret"), "elasticsearch.username");
    }

    @Test
    void otherWrongSettingsAreRefusedByName(@TempDir Path folder) throws IOException {
        var at = TestElasticsearchConfig.at("http://localhost:9200");
        refused(at.timeout(Duration.ofDays(30)),
                "elasticsearch.socket-timeout (ELASTICSEARCH_SOCKET_TIMEOUT) is PT720H: set it to 24d or less");
        refused(at.trusting(Path.of("no", "such.pem")),
                "elasticsearch.tls.ca-certificate (ELASTICSEARCH_TLS_CA_CERTIFICATE): can't use ");
        refused(at.trusting(Files.createFile(folder.resolve("empty.pem"))), "elasticsearch.tls.ca-certificate");
        refused(at.trusting(Files.writeString(folder.resolve("no.pem"), "no certificate")), "elasticsearch.tls.ca-certificate");
        refused(TestElasticsearchConfig.at("http://a:1/x", "http://b:1/y"), "elasticsearch.hosts");
    }

    @Test
    void goodSettingsMakeAClient() throws IOException {
        try (var client = RestClients.build(
                TestElasticsearchConfig.at("https://a.example", "https://b.example:1", "c.example", "d.example:1")
                .key("key").compressed(), 4)) {
            assertThat(client.getNodes()).extracting(node -> node.getHost().toURI())
                    .containsExactly("https://a.example:443", "https://b.example:1",
                            "http://c.example:9200", "http://d.example:1");
        }
    }

    @Test
    void javasTrustStoreIsReadOnlyForHttpsAndJavasOwnAuthorities() throws Exception {
        var before = SSLContext.getDefault();
        SSLContext.setDefault(LateTlsTest.broken());
        try {
            var http = TestElasticsearchConfig.at("http://localhost:9200");
            RestClients.validate(http);
            RestClients.build(http, 1).close();
            refused(TestElasticsearchConfig.at("http://localhost:9200", "https://localhost:9200"),
                    "Java's own TLS settings (javax.net.ssl.*) don't work: mend them, or set elasticsearch.tls.ca-certificate"
                            + " (ELASTICSEARCH_TLS_CA_CERTIFICATE)");
        } finally {
            SSLContext.setDefault(before);
        }
    }

    private static void refused(ElasticsearchConfig config, String setting) {
        assertThatThrownBy(() -> RestClients.validate(config)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(setting).hasMessageNotContaining("\n").hasMessageNotContaining("secret");
        assertThatThrownBy(() -> RestClients.build(config, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
