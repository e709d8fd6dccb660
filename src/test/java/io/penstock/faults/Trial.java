package io.penstock.faults;

import io.penstock.stack.Audit;
import io.penstock.stack.CommitWatcher;
import io.penstock.stack.CuttingProxy;
import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.Held;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.KafkaTap;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.Traces;
import io.penstock.stack.TradeRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One scenario under way: a topic, an index and a group of its own, Penstock, the load, and what was done to them. One thread.
 */
final class Trial implements AutoCloseable {

    /** Shorter times than Penstock's own, so that a fault outlasts them within a test. */
    static final Map<String, String> SETTINGS = Map.of(
            "camel.component.kafka.session-timeout-ms", "4000",
            "camel.component.kafka.heartbeat-interval-ms", "800",
            "camel.component.kafka.metadata-max-age-ms", "2000",
            "elasticsearch.connect-timeout", "2s",
            "elasticsearch.socket-timeout", "3s",
            "penstock.bulk.retry.max-backoff", "1s",
            "penstock.dead-letters.retry.max", "1s");

    static final int PARTITIONS = 4;
    /** For a commit to follow the last one, when all has been sent. */
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(100);
    private static final Duration MOMENT_LIMIT = Duration.ofSeconds(30);
    private static final List<String> COMPLAINTS = List.of("bug in Penstock", "OutOfMemoryError", "Exception in thread",
            "\tat io.penstock.");

    private final Scenario scenario;
    private final Stack stack;
    private final SplittableRandom random;
    private final String topic;
    private final TradeRecords trades;
    private final int records;
    private final double intensity;
    private final Map<String, String> settings;
    private final List<PenstockProcess> processes = new ArrayList<>();
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Predicate<Audit> right = Audit::isRight;
    private List<String> jvmOptions = List.of("-Xmx256m", JavaLauncher.FAST_START);
    private @Nullable Load load;
    private @Nullable CommitWatcher watcher;
    private @Nullable PenstockProcess penstock;
    private @Nullable Stack own;
    private @Nullable KafkaBroker ownLetters;
    private @Nullable CuttingProxy proxy;
    private @Nullable KafkaTap tap;
    private boolean watched = true;
    private int faults;
    private int accounted;
    private int accountedLost;
    private long audited;
    private long peakRss;

    Trial(Scenario scenario, Stack stack, String topic, TradeRecords trades, long seed, int records, double intensity) {
        this.scenario = scenario;
        this.stack = stack;
        this.topic = topic;
        this.trades = trades;
        this.random = new SplittableRandom(seed);
        this.records = records;
        this.intensity = intensity;
        this.settings = new LinkedHashMap<>(SETTINGS);
        settings.putAll(scenario.settings());
    }

    // What a scenario has

    String topic() {
        return topic;
    }

    String letters() {
        return topic + ".dead-letters";
    }

    SplittableRandom random() {
        return random;
    }

    int records() {
        return records;
    }

    TradeRecords trades() {
        return trades;
    }

    KafkaBroker kafka() {
        return stack().kafka();
    }

    ElasticsearchServer elasticsearch() {
        return stack().elasticsearch();
    }

    /** The shared servers, or those of this scenario alone. */
    Stack stack() {
        return own == null ? stack : own;
    }

    /** An Elasticsearch of this scenario's own, ended with it. Before {@link #begin()}. */
    void ownElasticsearch(Map<String, String> nodeSettings) {
        var server = new ElasticsearchServer(nodeSettings, Faults.ELASTICSEARCH_HEAP);
        toClose.add(server);
        server.start();
        own = new Stack(stack.kafka(), server);
    }

    /** A broker of this scenario's own, ended with it. Before {@link #begin()}. */
    void ownKafka(Map<String, String> properties) {
        var all = new LinkedHashMap<>(Map.of("group.min.session.timeout.ms", "1000"));
        all.putAll(properties);
        var server = new KafkaBroker(all);
        toClose.add(server);
        server.start();
        own = new Stack(server, stack.elasticsearch());
    }

    /** A broker of their own for the dead letters, ended with the scenario. Before {@link #begin()}. */
    KafkaBroker ownLetters() {
        var server = new KafkaBroker(Map.of());
        toClose.add(server);
        server.start();
        ownLetters = server;
        setting("penstock.dead-letters.uri", "kafka:{topic}.dead-letters?brokers=" + server.bootstrapServers());
        return server;
    }

    KafkaBroker letterBroker() {
        return ownLetters == null ? kafka() : ownLetters;
    }

    /** The network between Penstock and Elasticsearch. First asked for before {@link #begin()}. */
    CuttingProxy proxy() {
        if (proxy == null) {
            proxy = closed(new CuttingProxy(elasticsearch().host()));
            setting("elasticsearch.hosts", proxy.host());
        }
        return proxy;
    }

    /** The network between Penstock and Kafka. First asked for before {@link #begin()}. */
    KafkaTap tap() {
        if (tap == null) {
            tap = closed(kafka().tap());
            setting("kafka.bootstrap.servers", tap.bootstrapServers());
        }
        return tap;
    }

    Scenario scenario() {
        return scenario;
    }

    /** Instead of the shipped route. */
    void routes(String yaml) throws IOException {
        var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/faults")), "routes");
        Files.writeString(folder.resolve("route.camel.yaml"), yaml);
        setting("penstock.routes", folder.toAbsolutePath().toString());
    }

    <T extends AutoCloseable> T closed(T closeable) {
        toClose.add(closeable);
        return closeable;
    }

    void setting(String name, String value) {
        settings.put(name, value);
    }

    void heap(String xmx) {
        jvmOptions = List.of("-Xmx" + xmx, JavaLauncher.FAST_START);
    }

    /** What is right for this scenario, instead of {@link Audit#isRight()}. */
    void expect(Predicate<Audit> expectation) {
        right = expectation;
    }

    /** Without the look at what is committed too early, where documents vanish by intent. */
    void unwatched() {
        watched = false;
    }

    /** Fails the trial, with the reason in its report. */
    void remark(String reason) {
        remarks.add(reason);
    }

    /** For the report, and no fault. */
    void note(String text) {
        notes.add(text);
    }

    void check(boolean condition, String reason) {
        if (!condition) {
            remark(reason);
        }
    }

    // Penstock

    /** Creates the topic, starts the watcher and Penstock. */
    void begin() {
        begin(Map.of());
    }

    void begin(Map<String, String> topicConfig) {
        if (kafka().partitions(topic) == 0) {
            kafka().createTopic(topic, PARTITIONS, topicConfig);
        }
        load = new Load(kafka(), trades, topic);
        watch(trades::isFiltered);
        start();
    }

    /**
     * As {@link #begin()}, for a scenario that produces and accounts for its records itself.
     *
     * @param traceless records that may leave no trace, being filtered
     */
    void beginWithoutLoad(Predicate<ConsumerRecord<byte[], byte[]>> traceless) {
        if (kafka().partitions(topic) == 0) {
            kafka().createTopic(topic, PARTITIONS);
        }
        watch(traceless);
        start();
    }

    private void watch(Predicate<ConsumerRecord<byte[], byte[]>> traceless) {
        if (watched) {
            watcher = new CommitWatcher(stack(), letterBroker(), topic, topic, group(), traceless);
        }
    }

    /** What a scenario without {@link #begin()} found. */
    void accounted(int produced, int looked, int lost) {
        accounted = produced;
        audited += looked;
        accountedLost = lost;
    }

    /** Records that the scenario itself has looked for, and that the last audit does not find. */
    void audited(long records) {
        audited += records;
    }

    /** Accounts for what is committed, before the scenario deletes it. While nothing moves. */
    void auditCommitted() {
        var audit = Audit.ofCommitted(stack(), letterBroker(), topic, topic, group(), trades);
        check(audit.lost().isEmpty() && audit.wrongContent().isEmpty() && audit.wronglyStored().isEmpty()
                && audit.wronglyDeadLettered().isEmpty() && audit.wrongDeadLetters().isEmpty(), "before the deletion: " + audit);
        audited += audit.produced();
    }

    /** A producer that knows the topic as it is now. */
    void newProducer() {
        load().flush();
        load().close();
        load = new Load(kafka(), trades, topic, load().sent());
    }

    PenstockProcess penstock() {
        if (penstock == null) {
            throw new IllegalStateException("Penstock was not started");
        }
        return penstock;
    }

    PenstockProcess start() {
        penstock = startAnother(Map.of());
        return penstock;
    }

    /** A further member of the group, with settings on top. */
    PenstockProcess startAnother(Map<String, String> onTop) {
        var all = new LinkedHashMap<>(settings);
        all.putAll(onTop);
        var started = PenstockProcess.against(stack()).topic(topic).index(topic).group(group()).jvmOptions(
                jvmOptions.toArray(String[]::new))
                .arguments(all.entrySet().stream().map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
                        .toArray(String[]::new))
                .start();
        processes.add(started);
        return started;
    }

    String group() {
        return topic;
    }

    // Load and faults

    Load load() {
        if (load == null) {
            throw new IllegalStateException("There is no load before begin()");
        }
        return load;
    }

    /** How often, of so many times in a full run. */
    int times(int most) {
        return Math.max(1, (int) Math.round(most * intensity));
    }

    /** The load's next share, of so many. */
    private void sendShare(int number, int shares) {
        load().send(number == shares - 1 ? records - load().sent() : Math.max(1, records / shares));
    }

    /** Produces an even share of the load before each fault, waits until Penstock is at work on it and a random moment longer. */
    void repeat(int most, Play fault) throws Exception {
        int times = times(most);
        for (int i = 0; i < times; i++) {
            sendShare(i, times);
            busy();
            pause(0, 600);
            fault.run();
            fault();
        }
    }

    @FunctionalInterface
    interface Play {
        void run() throws Exception;
    }

    /** What Penstock is at when a fault happens. */
    enum Moment {
        /** Whatever it is. */
        ANY,
        /** Records are on their way from the broker to a poll. */
        POLL,
        /** Records wait in an aggregation, and no bulk is under way. */
        AGGREGATION,
        /** A bulk is on its way there, or its answer on its way back. */
        BULK,
        /** The same of a dead letter. */
        DEAD_LETTER,
        /** The same of a commit. */
        COMMIT
    }

    @FunctionalInterface
    interface MomentPlay {
        /** @param held keeps the moment until it is closed */
        void run(Held held) throws Exception;
    }

    /** As {@link #repeat}, with the faults at the named moments in turn. After {@link #withMoments()}. */
    void atMoments(int most, MomentPlay fault) throws Exception {
        var moments = new ArrayList<>(List.of(Moment.values()));
        if (trades.brokenShare() == 0) {
            moments.remove(Moment.DEAD_LETTER);
        }
        var had = new EnumMap<Moment, Integer>(Moment.class);
        var tried = EnumSet.noneOf(Moment.class);
        int first = random.nextInt(moments.size());
        int times = times(most);
        for (int i = 0; i < times; i++) {
            var moment = moments.get((first + i) % moments.size());
            tried.add(moment);
            boolean answer = random.nextBoolean();
            int longer = random.nextInt(600);
            try (var held = hold(moment, answer)) {
                sendShare(i, times);
                if (came(moment, held, longer)) {
                    had.merge(moment, 1, Integer::sum);
                }
                fault.run(held);
            }
            fault();
        }
        note("moments: " + had);
        check(had.keySet().containsAll(tried), "of the moments " + tried + " these came: " + had);
    }

    /** Puts the networks in that moments are seen and held in, and keeps aggregations open for long enough to be hit. */
    void withMoments() throws IOException {
        proxy();
        tap();
        var shipped = Files.readString(Path.of("src/main/resources/routes/trade-errors.camel.yaml"));
        routes(shipped.replace("completionTimeout: 200", "completionTimeout: 800"));
    }

    private Held hold(Moment moment, boolean answer) {
        return switch (moment) {
            case ANY, AGGREGATION -> Held.nothing();
            case POLL -> tap().hold(KafkaTap.Kind.FETCH, true);
            case BULK -> proxy().hold(answer);
            case DEAD_LETTER -> tap().hold(KafkaTap.Kind.PRODUCE, answer);
            case COMMIT -> tap().hold(KafkaTap.Kind.COMMIT, answer);
        };
    }

    private boolean came(Moment moment, Held held, int longer) {
        return switch (moment) {
            case ANY -> {
                busy();
                pause(longer);
                yield true;
            }
            case AGGREGATION -> await(() -> metric("penstock_records_in_flight") > 0 && metric("penstock_bulk_in_flight") == 0,
                    MOMENT_LIMIT);
            default -> held.await(MOMENT_LIMIT);
        };
    }

    /** A metric of Penstock's; 0 while it does not answer. */
    private double metric(String name) {
        try {
            return penstock().metric(name);
        } catch (UncheckedIOException _) {
            return 0;
        }
    }

    /** Counts one injected fault. */
    void fault() {
        faults++;
        observe();
    }

    /** Waits until Penstock has records in flight; not for ever, for it may be done with all of them. */
    void busy() {
        await(() -> metric("penstock_records_polled_total") > 0, Duration.ofSeconds(20));
        await(() -> metric("penstock_records_in_flight") > 0, Duration.ofMillis(700));
    }

    /** Waits a random time, in milliseconds. */
    void pause(int from, int to) {
        pause(random.nextInt(from, to + 1));
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    static boolean await(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause(50);
        }
        return true;
    }

    long peakRss() {
        observe();
        return peakRss;
    }

    private void observe() {
        for (var process : processes) {
            if (process.isAlive()) {
                try {
                    peakRss = Math.max(peakRss, process.rssBytes());
                } catch (UncheckedIOException _) {
                    // It ended meanwhile
                }
            }
        }
    }

    /** Waits until every record is committed. */
    void settle() {
        if (processes.stream().noneMatch(PenstockProcess::isAlive)) {
            start();
        }
        load().flush();
        awaitCommitted();
    }

    /** For as long as something is committed every now and then. */
    private void awaitCommitted() {
        var uncommitted = Audit.uncommitted(kafka(), topic, group());
        long moved = System.nanoTime();
        while (!uncommitted.isEmpty() && System.nanoTime() - moved < SETTLE_LIMIT.toNanos()) {
            pause(100);
            observe();
            var now = Audit.uncommitted(kafka(), topic, group());
            if (!now.equals(uncommitted)) {
                moved = System.nanoTime();
            }
            uncommitted = now;
        }
    }

    /** For a scenario that accounts for its records itself: waits until every record is committed, and looks for their traces. */
    Traces traces(Predicate<ConsumerRecord<byte[], byte[]>> traceless) {
        awaitCommitted();
        var uncommitted = Audit.uncommitted(kafka(), topic, group());
        check(uncommitted.isEmpty(), "not committed: " + uncommitted);
        return Traces.take(stack(), letterBroker(), topic, topic, traceless);
    }

    // The end

    /** Plays the scenario, waits until all is settled, and accounts for every record. */
    Result run() {
        long begun = System.nanoTime();
        @Nullable Audit audit = null;
        try {
            scenario.play().run(this);
            if (load != null) {
                settle();
                audit = Audit.take(stack(), letterBroker(), topic, topic, group(), trades);
            }
        } catch (Exception | AssertionError e) {
            remark(e.getClass().getSimpleName() + ": " + e.getMessage() + (e.getCause() == null ? "" : ", by " + e.getCause()));
            if (load != null && audit == null) {
                try {
                    awaitCommitted();
                    audit = Audit.take(stack(), letterBroker(), topic, topic, group(), trades);
                } catch (RuntimeException again) {
                    remark("no audit: " + again.getMessage());
                }
            }
        }
        if (watcher != null) {
            watcher.close();
        }
        for (var process : processes) {
            for (var complaint : COMPLAINTS) {
                process.output().lines().filter(line -> line.contains(complaint)).findFirst().ifPresent(line ->
                        remark("Penstock's log (" + process.logFile() + "): " + line.strip()));
            }
        }
        boolean judged = audit == null || right.test(audit);
        if (audit != null) {
            // What is rightly not there was not looked at
            audited += audit.produced() - (judged ? audit.lost().size() : 0);
        }
        var tooEarly = watcher == null ? List.<String>of() : watcher.tooEarly();
        if (remarks.isEmpty()) {
            check(audited > 0, "no record was accounted for");
            check(watcher == null || watcher.checked() > 0, "nobody could look at what is committed");
        }
        return new Result(scenario.name(), trades.brokenShare(), load == null ? accounted : load.sent(), audited, faults, audit,
                accountedLost, tooEarly, watcher == null ? 0 : watcher.checked(), List.copyOf(remarks), List.copyOf(notes),
                processes.stream().map(PenstockProcess::logFile).toList(), judged, judged && tooEarly.isEmpty() && remarks.isEmpty(),
                Duration.ofNanos(System.nanoTime() - begun).toSeconds(), peakRss);
    }

    @Override
    public void close() {
        processes.forEach(PenstockProcess::close);
        if (load != null) {
            load.close();
        }
        for (var closeable : toClose.reversed()) {
            try {
                closeable.close();
            } catch (Exception e) {
                e.printStackTrace();
            }
        }
    }
}
