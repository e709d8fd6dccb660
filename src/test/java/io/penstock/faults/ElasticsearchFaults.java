package io.penstock.faults;

import io.penstock.stack.CuttingProxy.Mode;
import io.penstock.stack.PasswordGate;
import io.penstock.stack.Trade;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Elasticsearch, or the way to it, fails. */
final class ElasticsearchFaults {

    private static final String USER = "penstock";
    private static final String PASSWORD = "of the suite";

    private ElasticsearchFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("es-killed", "Elasticsearch gets SIGKILL and is started again", ElasticsearchFaults::killed).heavy(3),
                Scenario.of("es-away", "Elasticsearch is stopped for longer than every timeout", ElasticsearchFaults::away).heavy(2),
                Scenario.of("es-frozen", "Elasticsearch hangs (SIGSTOP) for longer than every timeout",
                        ElasticsearchFaults::frozen).heavy(2),
                Scenario.of("es-cut", "the connection is cut in the middle of the answer",
                        trial -> proxied(trial, 10, Mode.CUT, 200, 1_000)),
                Scenario.of("es-answer-lost", "the bulk is stored, its answer never arrives",
                        trial -> proxied(trial, 6, Mode.SWALLOW, 500, 5_000)),
                Scenario.of("es-dropped", "the bulk is stored, the connection closed before the answer",
                        trial -> proxied(trial, 10, Mode.DROP, 200, 1_000)),
                Scenario.of("es-refused", "no connection can be made",
                        trial -> proxied(trial, 10, Mode.REFUSE, 200, 1_500)),
                Scenario.of("es-read-only", "the index gets a read-only block, lifted later (403)",
                        ElasticsearchFaults::readOnly),
                Scenario.of("es-credentials", "the password is revoked, later it is good again (401)",
                        Map.of("elasticsearch.username", USER, "elasticsearch.password", PASSWORD), ElasticsearchFaults::credentials),
                Scenario.of("es-index-deleted", "the index is deleted under the load", ElasticsearchFaults::indexDeleted),
                Scenario.of("es-mapping", "the mapping refuses codes that are no short (400), four documents in five",
                        ElasticsearchFaults::mapping),
                Scenario.of("es-too-large", "requests over http.max_content_length (413)",
                        Map.of("penstock.bulk.max-bytes", "400K"), ElasticsearchFaults::tooLarge),
                Scenario.of("es-document-too-large", "one document in twenty is larger than http.max_content_length (413)",
                        ElasticsearchFaults::documentTooLarge),
                Scenario.of("es-busy", "the write queue is full (429)",
                        Map.of("penstock.bulk.max-concurrent", "16"), ElasticsearchFaults::busy));
    }

    private static void killed(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(2, () -> trial.elasticsearch().restartAfterKill());
    }

    private static void away(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(2, () -> {
            trial.elasticsearch().stop();
            trial.pause(4_000, 8_000);
            trial.elasticsearch().start();
        });
    }

    private static void frozen(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(4, () -> {
            trial.elasticsearch().freeze();
            trial.pause(1_000, 7_000);
            trial.elasticsearch().thaw();
        });
    }

    private static void proxied(Trial trial, int times, Mode mode, int from, int to) throws Exception {
        var proxy = trial.proxy();
        trial.begin();
        trial.repeat(times, () -> {
            int hits = proxy.hits();
            proxy.mode(mode);
            // A fast machine may have stored all there was: these come while the fault lasts, and it lasts until it has hit.
            trial.load().send(20);
            trial.pause(from, to);
            Trial.await(() -> proxy.hits() > hits, Duration.ofSeconds(5));
            proxy.mode(Mode.PASS);
        });
        trial.check(proxy.hits() > 0, "no answer was hit");
    }

    private static void readOnly(Trial trial) throws Exception {
        trial.elasticsearch().put("/" + trial.topic(), "{}").ok();
        trial.begin();
        trial.repeat(6, () -> {
            block(trial, "true");
            trial.pause(500, 3_000);
            block(trial, "null");
        });
    }

    private static void block(Trial trial, String value) {
        trial.elasticsearch().put("/" + trial.topic() + "/_settings", "{\"index.blocks.write\":" + value + "}").ok();
    }

    private static void indexDeleted(Trial trial) throws Exception {
        trial.unwatched();
        trial.begin();
        var ends = new TreeMap<String, Long>();
        trial.repeat(5, () -> {
            // 404 while nothing is stored yet
            trial.elasticsearch().delete("/" + trial.topic());
            // What was stored before is gone by its owner's will; what came after must be there
            trial.load().flush();
            trial.kafka().endOffsets(trial.topic()).forEach((partition, end) -> ends.put(partition.toString(), end));
        });
        trial.load().send(trial.records() / 2);
        trial.expect(audit -> audit.uncommitted().isEmpty() && audit.duplicated().isEmpty() && audit.wrongContent().isEmpty()
                && audit.wronglyDeadLettered().isEmpty() && audit.wronglyStored().isEmpty()
                && audit.lost().stream().allMatch(id -> {
                    int at = id.lastIndexOf('-');
                    return Long.parseLong(id.substring(at + 1)) < ends.getOrDefault(id.substring(0, at), 0L);
                }));
    }

    private static void credentials(Trial trial) throws Exception {
        var gate = trial.closed(new PasswordGate(trial.elasticsearch()));
        trial.setting("elasticsearch.hosts", gate.host());
        gate.accept(USER, PASSWORD);
        trial.begin();
        trial.repeat(6, () -> {
            int refused = gate.refused();
            gate.revoke();
            trial.load().send(20);
            trial.check(Trial.await(() -> gate.refused() > refused, Duration.ofSeconds(20)), "nothing was refused");
            trial.check(Trial.await(() -> !trial.penstock().isReady(), Duration.ofSeconds(20)), "ready without credentials");
            trial.pause(0, 2_000);
            gate.accept(USER, PASSWORD);
        });
    }

    private static void mapping(Trial trial) throws Exception {
        trial.elasticsearch().put("/" + trial.topic(), """
                {"mappings":{"properties":{"msgBody":{"properties":{"returnCode":{"type":"short"}}}}}}""").ok();
        trial.begin();
        trial.repeat(5, () -> { });
        long refused = IntStream.range(0, trial.records()).filter(number ->
                trial.trades().trade(number).outcome() instanceof Trade.Stored(var document)
                        && document.get("msgBody") instanceof Map<?, ?> body && (int) body.get("returnCode") > Short.MAX_VALUE).count();
        trial.check(refused > 0, "no document was refused: no fault was had");
        trial.expect(audit -> audit.uncommitted().isEmpty() && audit.lost().isEmpty() && audit.wrongContent().isEmpty()
                && audit.wronglyStored().isEmpty() && audit.wrongDeadLetters().isEmpty() && audit.duplicated().isEmpty()
                && audit.unexplained().isEmpty() && audit.addsUp() && audit.wronglyDeadLettered().size() == refused
                && audit.wronglyDeadLettered().stream().allMatch(letter -> letter.contains("returnCode")));
    }

    private static void tooLarge(Trial trial) throws Exception {
        trial.ownElasticsearch(Map.of("http.max_content_length", "32kb"));
        trial.begin();
        trial.repeat(5, () -> { });
    }

    private static void documentTooLarge(Trial trial) throws Exception {
        trial.ownElasticsearch(Map.of("http.max_content_length", "64kb"));
        trial.routes(RecordFaults.PLAIN_ROUTE);
        trial.beginWithoutLoad(_ -> false);
        int letters = 0;
        int records = trial.records() / 5;
        try (var producer = RecordFaults.producer(trial)) {
            for (int i = 0; i < records; i++) {
                boolean tooLarge = trial.random().nextInt(20) == 0;
                int length = tooLarge ? trial.random().nextInt(65_536, 150_000) : trial.random().nextInt(10, 4_000);
                var junk = RecordFaults.isBroken(trial);
                producer.send(new ProducerRecord<>(trial.topic(), RecordFaults.document(i, "y".repeat(length), junk)));
                letters += tooLarge || junk ? 1 : 0;
                if (tooLarge && i % 10 == 0) {
                    trial.fault();
                }
            }
        }
        RecordFaults.settled(trial, records, letters);
    }

    private static void busy(Trial trial) throws Exception {
        trial.ownElasticsearch(Map.of("thread_pool.write.queue_size", "1", "node.processors", "1"));
        trial.elasticsearch().put("/" + trial.topic(), "{\"settings\":{\"number_of_shards\":8,\"number_of_replicas\":0}}").ok();
        trial.begin();
        trial.repeat(5, () -> { });
        trial.settle();
        trial.check(trial.penstock().output().contains("pushed back"), "Elasticsearch pushed nothing back: no fault was had");
    }
}
