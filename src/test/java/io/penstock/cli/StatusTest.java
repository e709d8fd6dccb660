package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class StatusTest {

    @Test
    void serviceThatDoesNotAnswerIsExitCodeTwo() throws IOException {
        int nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        assertThat(new CommandLine(new Penstock()).execute("status", "--url", "http://127.0.0.1:" + nobody)).isEqualTo(2);
        assertThat(new CommandLine(new Penstock()).execute("status", "--url", "not a url")).isEqualTo(2);
    }

    @Test
    void printsRoutesFaultsAndStates() throws IOException {
        var status = new ObjectMapper().readTree("""
                {"fine":false,"loaded":true,
                 "routes":[{"id":"a","file":"/r/a.camel.yaml","state":"Started","since":"2026-11-23T04:48:10Z"}],
                 "faults":[{"place":"/r/a.camel.yaml:6:11","message":"Unknown node id: fliter","running":true,"since":"2026-11-23T05:00:00Z"}],
                 "inFlight":{"records":1200,"bytes":402114},"lag":31000,
                 "kafka":{"fine":true},"elasticsearch":{"fine":false,"problem":"nobody answers"},"deadLetters":{"fine":true}}""");
        var out = new ByteArrayOutputStream();

        Status.print(status, new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("""
                route a: started since 2026-11-23T04:48:10Z, from /r/a.camel.yaml
                /r/a.camel.yaml:6:11: Unknown node id: fliter (since 2026-11-23T05:00:00Z; what ran before goes on)
                in flight: 1,200 records, 402,114 bytes; lag: 31,000 records
                Kafka: fine
                Elasticsearch: nobody answers
                dead letters: fine
                """);
    }
}
