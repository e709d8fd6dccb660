package io.penstock.faults;

import io.penstock.stack.Audit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka fails, or does to its topics what Kafka does. */
final class KafkaFaults {

    /** Without broken records there is no dead letter. */
    private static final double[] WITH_LETTERS = {0.01, 0.05};

    private KafkaFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("kafka-killed", "the broker gets SIGKILL and is started again", KafkaFaults::killed).heavy(3),
                Scenario.of("kafka-frozen", "the broker hangs (SIGSTOP), mostly beyond the session timeout", KafkaFaults::frozen).heavy(3),
                Scenario.of("partitions-added", "the topic gets more partitions", KafkaFaults::partitionsAdded),
                Scenario.of("topic-recreated", "the topic is deleted and created again", KafkaFaults::recreated),
                Scenario.of("retention", "retention deletes records beyond the committed offset", KafkaFaults::retention),
                Scenario.of("letters-missing", "the dead letter topic does not exist and is not created",
                        KafkaFaults::lettersMissing).broken(WITH_LETTERS),
                Scenario.of("letters-refused", "the dead letter topic has too few replicas, later it has enough",
                        KafkaFaults::lettersRefused).broken(WITH_LETTERS),
                Scenario.of("letters-read-only", "the dead letter topic may not be written to, later it may (ACL)",
                        KafkaFaults::lettersReadOnly).broken(WITH_LETTERS),
                Scenario.of("letters-broker", "the dead letters' broker, one of their own, gets SIGKILL and is started again",
                        KafkaFaults::lettersBroker).broken(WITH_LETTERS).heavy(2),
                Scenario.of("letters-too-large", "dead letters are over the max.message.bytes of their topic",
                        KafkaFaults::lettersTooLarge).broken(0),
                Scenario.of("compacted", "a compacted topic with updates and tombstones", KafkaFaults::compacted),
                Scenario.of("transactions", "a transactional producer that aborts one transaction in three",
                        Map.of("camel.component.kafka.isolation-level", "read_committed"), KafkaFaults::transactions));
    }

    private static void killed(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(3, () -> {
            trial.kafka().kill();
            trial.pause(0, 3_000);
            trial.kafka().start();
        });
    }

    private static void frozen(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(3, () -> {
            trial.kafka().freeze();
            trial.pause(2_000, 8_000);
            trial.kafka().thaw();
        });
    }

    private static void partitionsAdded(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(4, () -> {
            int partitions = trial.kafka().partitions(trial.topic());
            trial.kafka().admin().createPartitions(Map.of(trial.topic(), NewPartitions.increaseTo(partitions + 2))).all().get();
            trial.newProducer();
        });
    }

    private static void recreated(Trial trial) throws Exception {
        trial.unwatched();
        trial.begin();
        trial.load().send(trial.records() / 3);
        trial.settle();
        trial.auditCommitted();
        trial.check(Audit.uncommitted(trial.kafka(), trial.topic(), trial.group()).isEmpty(), "not all is committed before the deletion");
        // Letters of the first life would be taken for those of the second one's records of the same number
        trial.kafka().admin().deleteTopics(trial.kafka().partitions(trial.letters()) == 0 ? List.of(trial.topic())
                : List.of(trial.topic(), trial.letters())).all().get();
        Trial.await(() -> trial.kafka().partitions(trial.topic()) == 0, Duration.ofSeconds(20));
        trial.pause(3_000, 6_000);
        if (trial.kafka().partitions(trial.topic()) == 0) {
            trial.kafka().createTopic(trial.topic(), Trial.PARTITIONS);
        }
        trial.newProducer();
        trial.load().send(trial.records() - trial.records() / 3);
        trial.fault();
        // Offsets begin anew and with them the ids: what remains of the first life lies behind the second one's end
        trial.expect(audit -> audit.lost().isEmpty() && audit.wrongContent().isEmpty() && audit.uncommitted().isEmpty()
                && audit.wronglyDeadLettered().isEmpty());
    }

    private static void retention(Trial trial) throws Exception {
        // What was deleted before it was polled is passed over, and rightly so
        trial.begin();
        int share = trial.records() / 6;
        for (int i = 0; i < 3; i++) {
            trial.load().send(share);
            trial.busy();
            int exit = trial.penstock().terminate();
            trial.check(exit == 0, "exit code " + exit + " after SIGTERM with all servers up");
            trial.load().flush();
            trial.auditCommitted();
            trial.load().send(share);
            trial.load().flush();
            var ends = trial.kafka().endOffsets(trial.topic());
            trial.kafka().admin().deleteRecords(ends.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                    end -> RecordsToDelete.beforeOffset(Math.max(0, end.getValue() - 20))))).all().get();
            trial.start();
            trial.fault();
        }
        trial.expect(audit -> audit.lost().isEmpty() && audit.wrongContent().isEmpty() && audit.uncommitted().isEmpty()
                && audit.wronglyDeadLettered().isEmpty());
    }

    private static void lettersMissing(Trial trial) throws Exception {
        trial.ownKafka(Map.of("auto.create.topics.enable", "false"));
        trial.begin();
        trial.load().send(trial.records() / 2);
        trial.check(Trial.await(() -> !trial.penstock().isReady(), Duration.ofSeconds(60)),
                "ready though dead letters can't be kept");
        trial.fault();
        trial.kafka().createTopic(trial.letters(), 1);
        trial.load().send(trial.records() - trial.load().sent());
    }

    private static void lettersRefused(Trial trial) throws Exception {
        trial.kafka().createTopic(trial.letters(), 2);
        trial.begin();
        trial.repeat(6, () -> {
            alter(trial, "min.insync.replicas", "2");
            trial.pause(500, 3_000);
            alter(trial, "min.insync.replicas", "1");
        });
    }

    private static void lettersReadOnly(Trial trial) throws Exception {
        trial.ownKafka(Map.of("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found", "true"));
        trial.kafka().createTopic(trial.letters(), 1);
        var letters = new ResourcePattern(ResourceType.TOPIC, trial.letters(), PatternType.LITERAL);
        var readOnly = List.of(acl(letters, AclOperation.READ), acl(letters, AclOperation.DESCRIBE));
        trial.begin();
        trial.repeat(4, () -> {
            trial.kafka().admin().createAcls(readOnly).all().get();
            trial.load().send(1_000);
            trial.check(Trial.await(() -> !trial.penstock().isReady(), Duration.ofSeconds(30)), "ready though dead letters can't be kept");
            trial.pause(0, 1_000);
            trial.kafka().admin().deleteAcls(readOnly.stream().map(AclBinding::toFilter).toList()).all().get();
        });
    }

    private static AclBinding acl(ResourcePattern resource, AclOperation operation) {
        return new AclBinding(resource, new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.ALLOW));
    }

    private static void lettersBroker(Trial trial) throws Exception {
        var letters = trial.ownLetters();
        trial.begin();
        trial.repeat(3, () -> {
            letters.kill();
            trial.load().send(200);
            trial.pause(500, 4_000);
            letters.start();
        });
    }

    private static void lettersTooLarge(Trial trial) throws Exception {
        trial.kafka().createTopic(trial.topic(), Trial.PARTITIONS, Map.of("max.message.bytes", "200000"));
        trial.kafka().createTopic(trial.letters(), 1, Map.of("max.message.bytes", "150000"));
        // Of bare letters nobody can tell whose they are
        trial.unwatched();
        trial.beginWithoutLoad(_ -> false);
        int small = 0;
        int large = 0;
        try (var producer = RecordFaults.producer(trial)) {
            for (int i = 0; i < 300; i++) {
                boolean isLarge = trial.random().nextInt(10) == 0;
                int length = isLarge ? trial.random().nextInt(150_000, 199_000) : trial.random().nextInt(10, 100_000);
                producer.send(new ProducerRecord<>(trial.topic(), RecordFaults.bytes(trial.random(), length)));
                small += isLarge ? 0 : 1;
                large += isLarge ? 1 : 0;
            }
        }
        int others = small;
        trial.check(Trial.await(() -> letters(trial) == others, Duration.ofSeconds(60)),
                "those that are too large hold up others: " + letters(trial) + " of " + others);
        trial.check(!Audit.uncommitted(trial.kafka(), trial.topic(), trial.group()).isEmpty(), "committed what is not kept");
        trial.fault();
        alter(trial, "max.message.bytes", "400000");
        settled(trial, small + large, true);
    }

    private static long letters(Trial trial) {
        return trial.kafka().endOffsets(trial.letters()).values().stream().mapToLong(Long::longValue).sum();
    }

    private static void alter(Trial trial, String name, String value) throws Exception {
        trial.kafka().admin().incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, trial.letters()),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)))).all().get();
    }

    private static void compacted(Trial trial) throws Exception {
        trial.routes(RecordFaults.PLAIN_ROUTE);
        trial.kafka().createTopic(trial.topic(), Trial.PARTITIONS, Map.of("cleanup.policy", "compact", "segment.ms", "1000",
                "segment.bytes", "1048576", "min.cleanable.dirty.ratio", "0.01", "delete.retention.ms", "100",
                "max.compaction.lag.ms", "1000"));
        trial.beginWithoutLoad(_ -> false);
        try (var producer = trial.kafka().producer()) {
            for (int i = 0; i < trial.records(); i++) {
                int key = trial.random().nextInt(trial.records() / 10 + 1);
                var value = trial.random().nextInt(10) == 0 ? null
                        : RecordFaults.document(i, "", RecordFaults.isBroken(trial));
                producer.send(new ProducerRecord<>(trial.topic(), ("key-" + key).getBytes(StandardCharsets.UTF_8), value));
                if (i % (trial.records() / 4 + 1) == 0) {
                    producer.flush();
                    trial.penstock().kill();
                    trial.start();
                    trial.fault();
                }
            }
        }
        settled(trial, trial.records(), false);
    }

    private static void transactions(Trial trial) throws Exception {
        trial.beginWithoutLoad(trial.trades()::isFiltered);
        int number = 0;
        int counted = 0;
        try (var producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, trial.kafka().bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, trial.topic()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            while (number < trial.records()) {
                producer.beginTransaction();
                int size = trial.random().nextInt(1, 1_000);
                for (int i = 0; i < size; i++) {
                    producer.send(trial.trades().record(trial.topic(), number++));
                }
                producer.flush();
                if (trial.random().nextInt(3) == 0) {
                    producer.abortTransaction();
                    trial.fault();
                } else {
                    producer.commitTransaction();
                    counted += size;
                }
            }
        }
        settled(trial, counted, false);
    }

    /** Waits for the end of the topic to be committed and asks for a trace of each record that is to leave one. */
    private static void settled(Trial trial, int records, boolean bareLetters) {
        boolean compacted = trial.scenario().name().equals("compacted");
        var traces = trial.traces(record -> trial.trades().isFiltered(record));
        // Documents of records that were compacted away since, and dead letters kept as the bare record, have no origin to be found
        int bare = bareLetters ? Math.min(traces.lost().size(), traces.unexplained().size()) : 0;
        trial.check(traces.wrong().isEmpty() && traces.lost().size() == bare
                && (compacted || traces.unexplained().size() == bare), traces.toString());
        trial.accounted(records, traces.records(), traces.lost().size() - bare);
    }
}
