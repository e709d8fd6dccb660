package io.penstock.stack;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker that is its own KRaft controller. The version is the system property {@code penstock.test.kafka.version}.
 * Methods that ask the broker wait 30 s for it and throw {@link IllegalStateException} when it does not answer or says no.
 */
public final class KafkaBroker extends RealServer {

    public static final String DEFAULT_VERSION = "4.1.1";

    private static final String CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";
    private static final int REQUEST_LIMIT_S = 30;
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

    static {
        // Clients print their whole configuration, and every attempt to reach a broker that a test has stopped
        CLIENTS.setLevel(Level.SEVERE);
    }

    private final int port = FreePort.next();
    private final int controllerPort = FreePort.next();
    private final int tappedPort = FreePort.next();
    private final int tapPort = FreePort.next();
    private final Map<String, String> properties;
    private @Nullable Admin admin;

    /** {@code properties} are server properties that come on top of, or instead of, what a broker for tests needs. */
    public KafkaBroker(Map<String, String> properties) {
        super("kafka");
        this.properties = Map.copyOf(properties);
    }

    public KafkaBroker() {
        this(Map.of());
    }

    public static String version() {
        return System.getProperty("penstock.test.kafka.version", DEFAULT_VERSION);
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** A network on the way to it, for the clients that are given its address; one at a time, and the caller closes it. */
    public KafkaTap tap() {
        return new KafkaTap(tapPort, tappedPort);
    }

    /** It answers there, and tells whoever comes to come back to an address where nobody listens unless there is a {@link #tap()}. */
    public String deadEnd() {
        return "127.0.0.1:" + tappedPort;
    }

    /** {@code config} are topic configs such as {@code cleanup.policy}. Returns when the topic has its leaders. */
    public void createTopic(String topic, int partitions, Map<String, String> config) {
        get(admin().createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config))).all());
        await(() -> hasLeaders(topic, partitions), Duration.ofSeconds(REQUEST_LIMIT_S));
        // The leader is known before it serves: a first batch sent in between can leave an idempotent producer out of sequence.
        endOffsets(topic);
    }

    public void createTopic(String topic, int partitions) {
        createTopic(topic, partitions, Map.of());
    }

    /** One client for all, closed with the broker; works again after a restart. */
    public synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
        }
        return admin;
    }

    /** A new producer of bytes that waits for the acknowledgement; the caller closes it. */
    public KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                ProducerConfig.ACKS_CONFIG, "all",
                // With more, the first batch for a new partition may be stuck until it times out: refused by a broker that is
                // not leader yet, and out of sequence when it comes again behind the second
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1",
                ProducerConfig.LINGER_MS_CONFIG, "5"), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Partitions without a committed offset are absent, and so is everything for a group nobody knows. */
    public Map<TopicPartition, Long> committedOffsets(String group) {
        var offsets = new LinkedHashMap<TopicPartition, Long>();
        get(admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, committed) -> Optional.ofNullable(committed)
                        .ifPresent(offset -> offsets.put(partition, offset.offset())));
        return offsets;
    }

    /** The offset the next record of each partition will get; empty for a topic that does not exist. */
    public Map<TopicPartition, Long> endOffsets(String topic) {
        var partitions = partitions(topic);
        var request = IntStream.range(0, partitions).boxed()
                .collect(Collectors.toMap(number -> new TopicPartition(topic, number), _ -> OffsetSpec.latest()));
        var offsets = new TreeMap<TopicPartition, Long>(Comparator.comparingInt(TopicPartition::partition));
        if (!request.isEmpty()) {
            get(admin().listOffsets(request).all()).forEach((partition, end) -> offsets.put(partition, end.offset()));
        }
        return offsets;
    }

    /** 0 for a topic that does not exist. */
    public int partitions(String topic) {
        try {
            return admin().describeTopics(List.of(topic)).topicNameValues().get(topic)
                    .get(REQUEST_LIMIT_S, TimeUnit.SECONDS).partitions().size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw new IllegalStateException("Kafka does not describe topic " + topic, e);
        } catch (TimeoutException | InterruptedException e) {
            throw new IllegalStateException("Kafka does not describe topic " + topic, e);
        }
    }

    @Override
    List<String> command(Path folder) {
        var kafka = Artifacts.of("org.apache.kafka:kafka_2.13:" + version());
        var logging = Artifacts.of("org.slf4j:slf4j-simple:" + kafka.get("org.slf4j:slf4j-api").getVersion());
        var classes = folder.resolve("home/classes");
        JavaLauncher.copy(KafkaMain.class, classes);
        write(folder.resolve("home/server.properties"), serverProperties(folder));
        return List.of(JavaLauncher.java(), "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", JavaLauncher.FAST_START,
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
                "--enable-native-access=ALL-UNNAMED",
                "-cp", logging.and(kafka).classPath(classes), KafkaMain.class.getName(),
                folder.resolve("home/server.properties").toString(), CLUSTER_ID);
    }

    @Override
    boolean answers() {
        if (!listens()) {
            return false;
        }
        try {
            return !admin().describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
        }
        super.close();
    }

    /** Before a client is made to ask: it would back off and find the broker late. */
    private boolean listens() {
        try (var _ = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private boolean hasLeaders(String topic, int partitions) {
        try {
            var described = admin().describeTopics(List.of(topic)).topicNameValues().get(topic).get(5, TimeUnit.SECONDS);
            return described.partitions().size() == partitions
                    && described.partitions().stream().allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException | TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String serverProperties(Path folder) {
        var all = new LinkedHashMap<String, String>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",TAPPED://127.0.0.1:" + tappedPort
                + ",CONTROLLER://127.0.0.1:" + controllerPort);
        // Whoever comes through the tap is told to come back through it
        all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port + ",TAPPED://127.0.0.1:" + tapPort);
        all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,TAPPED:PLAINTEXT,CONTROLLER:PLAINTEXT");
        all.put("log.dirs", folder.resolve("data").toString());
        all.put("auto.create.topics.enable", "true");
        all.put("num.partitions", "1");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("group.initial.rebalance.delay.ms", "0");
        // A killed broker may come back only when the session of its former life is over
        all.put("broker.session.timeout.ms", "3000");
        all.put("broker.heartbeat.interval.ms", "500");
        // A record may be dated years ago; the first look for old ones, 30 s after the start, would take it from under a test
        all.put("log.retention.ms", "-1");
        all.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 * 1024 * 1024));
        all.putAll(properties);
        return all.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get(REQUEST_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka says no: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka did not answer in " + REQUEST_LIMIT_S + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka", e);
        }
    }
}
