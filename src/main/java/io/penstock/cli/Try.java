package io.penstock.cli;

import io.penstock.route.stand.TestStand;
import io.penstock.route.stand.TopicPeek;
import io.penstock.route.stand.TryRun;
import io.penstock.source.fed.Feeds;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock try}. */
@Command(name = "try", mixinStandardHelpOptions = true,
        description = "Shows what each step of a route does to records; nothing is stored, nothing is committed.",
        footer = {"", "Exit codes: 0 every record was stored or dropped; 1 the routes can't start, or a record became a dead"
                + " letter or was not through in time; 2 wrong command line or setting."})
final class Try implements Callable<Integer>, Engine.Task {

    @Mixin
    Settings settings;
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The route file.")
    Path file;

    @Option(names = "--record", paramLabel = "JSON", description = "A record's value; @FILE reads it from a file.")
    @Nullable String record;

    @Option(names = "--topic", paramLabel = "T",
            description = "Reads real records of this topic (kafka.bootstrap.servers); default: the topic the route reads.")
    @Nullable String topic;

    @Option(names = "--from", paramLabel = "WHERE", defaultValue = "latest",
            description = "latest (the last there are), earliest, or an offset. Default: ${DEFAULT-VALUE}.")
    String from;

    @Option(names = "-n", paramLabel = "N", defaultValue = "10", description = "How many records. Default: ${DEFAULT-VALUE}.")
    int count;

    @Override
    public Integer call() {
        if (!Files.isRegularFile(file)) {
            System.err.println("penstock: there is no route file " + file);
            return 2;
        }
        if (count < 1) {
            System.err.println("penstock: -n is " + count + ": set it to 1 or more");
            return 2;
        }
        try {
            TopicPeek.Start.of(from);
        } catch (IllegalArgumentException e) {
            System.err.println("penstock: " + e.getMessage());
            return 2;
        }
        if (record != null && record.startsWith("@")) {
            var path = Path.of(record.substring(1));
            if (!Files.isReadable(path) || Files.isDirectory(path)) {
                System.err.println("penstock: --record " + record + ": there is no file '" + path + '\'');
                return 2;
            }
        }
        return Engine.run(spec);
    }

    @Override
    public int run(TestStand stand) throws Exception {
        var faults = stand.load(List.of("file:" + file));
        if (!faults.isEmpty()) {
            faults.forEach(fault -> System.err.println("penstock: " + fault.said()));
            return 1;
        }
        var topics = stand.topics();
        var known = topic == null && topics.size() == 1 ? topics.getFirst() : topic;
        if (known == null || topics.isEmpty()) {
            System.err.println("penstock: the routes read " + topics + "; say which with --topic");
            return 2;
        }
        var records = record == null ? peek(stand, known) : List.of(given(known));
        var read = topics.contains(known) ? records : records.stream().map(r -> as(topics.getFirst(), r)).toList();
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        if (read.isEmpty()) {
            out.println("There is no record in " + known);
        }
        return new TryRun(stand, out).run(read) ? 0 : 1;
    }

    private ConsumerRecord<byte @Nullable [], byte @Nullable []> given(String topic) throws IOException {
        var value = record.startsWith("@") ? Files.readAllBytes(Path.of(record.substring(1)))
                : record.getBytes(StandardCharsets.UTF_8);
        return Feeds.record(topic, 0, 0, System.currentTimeMillis(), null, value, new RecordHeaders());
    }

    private List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> peek(TestStand stand, String topic) {
        var properties = stand.security();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
        return new ArrayList<>(TopicPeek.read(properties, topic, TopicPeek.Start.of(from), count));
    }

    /** A record of another topic goes through the route as if it were of the topic the route reads. */
    private static ConsumerRecord<byte @Nullable [], byte @Nullable []> as(String topic,
            ConsumerRecord<byte @Nullable [], byte @Nullable []> record) {
        return Feeds.record(topic, record.partition(), record.offset(), record.timestamp(), record.key(), record.value(),
                record.headers());
    }
}
