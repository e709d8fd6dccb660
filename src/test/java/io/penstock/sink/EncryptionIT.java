package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.stack.Audit;
import io.penstock.stack.OwnCertificate;
import io.penstock.stack.PasswordGate;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TradeRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elasticsearch behind https, and whose certificate is trusted: the packaged service in front of a gate that speaks TLS. */
@Tag("long")
class EncryptionIT {

    private static final String USER = "penstock";
    private static final String PASSWORD = "secret";

    private final Stack stack = Stack.shared();
    private final String topic = "encryption-" + UUID.randomUUID().toString().substring(0, 8);
    @TempDir
    Path folder;
    private OwnCertificate certificate;
    @AutoClose
    private PasswordGate gate;

    @BeforeEach
    void records() throws Exception {
        certificate = OwnCertificate.in(folder);
        gate = new PasswordGate(stack.elasticsearch(), certificate);
        gate.accept(USER, PASSWORD);
        stack.kafka().createTopic(topic, 1);
        new TradeRecords(1).produce(stack.kafka(), topic, 0, 1);
    }

    private PenstockProcess.Builder behindTheGate() {
        return PenstockProcess.against(stack.kafka().bootstrapServers(), "https://" + gate.host()).topic(topic).index(topic).group(topic)
                .environment("ELASTICSEARCH_USERNAME", USER).environment("ELASTICSEARCH_PASSWORD", PASSWORD);
    }

    private void stores(PenstockProcess.Builder penstock) {
        try (var _ = penstock.start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> Audit.uncommitted(stack.kafka(), topic, topic).isEmpty());
        }
        stack.elasticsearch().get("/" + topic + "/_refresh");
        assertThat(stack.elasticsearch().get("/" + topic + "/_count").body().at("/count").asInt()).isEqualTo(1);
    }

    @Test
    void anAuthorityOfItsOwnIsTrusted() {
        stores(behindTheGate().environment("ELASTICSEARCH_TLS_CA_CERTIFICATE", certificate.pem().toString()));
    }

    @Test
    void whatJavaTrustsIsTrusted() {
        stores(behindTheGate().arguments("run", "-Djavax.net.ssl.trustStore=" + certificate.store(),
                "-Djavax.net.ssl.trustStorePassword=" + OwnCertificate.PASSWORD));
    }

    @Test
    void othersAreRefusedByName() {
        try (var penstock = behindTheGate().start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> penstock.output().contains("Elasticsearch takes no bulks"));

            assertThat(penstock.isReady()).isFalse();
            assertThat(penstock.output()).contains("elasticsearch.tls.ca-certificate").doesNotContain(PASSWORD).doesNotContain("\tat ");
            assertThat(Audit.uncommitted(stack.kafka(), topic, topic)).isNotEmpty();
        }
    }
}
