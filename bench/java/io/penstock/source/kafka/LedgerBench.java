package io.penstock.source.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A record's way through the ledger: polled, settled in the order of two bulks that end the wrong way round, committed with others. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LedgerBench {

    private static final int RECORDS = 1_000;

    private final PartitionLedger ledger = new PartitionLedger(_ -> { });
    private final List<PartitionLedger.Entry> entries = new ArrayList<>(RECORDS);
    private long offset;

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public Optional<OffsetAndMetadata> record() {
        entries.clear();
        for (int i = 0; i < RECORDS; i++) {
            entries.add(ledger.polled(new ConsumerRecord<>("trade", 0, offset++, null, null)));
        }
        entries.subList(RECORDS / 2, RECORDS).forEach(PartitionLedger.Entry::settle);
        ledger.toCommit().ifPresent(ledger::sent);
        entries.subList(0, RECORDS / 2).forEach(PartitionLedger.Entry::settle);
        var committable = ledger.toCommit();
        committable.ifPresent(ledger::sent);
        return committable;
    }
}
