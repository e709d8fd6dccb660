package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.kafka.PartitionLedger.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** Any interleaving of poll, position, settle, commit, failed commit, loss with reassignment, and reset. */
class PartitionLedgerPropertyTest {

    sealed interface Step {
        /** A record is polled, so many offsets behind the last. */
        record Polled(int gap) implements Step {
        }

        /** The consumer's position moves past what is no record. */
        record Positioned(int gap) implements Step {
        }

        /** One of the unsettled records, old ones included, is settled. */
        record Settled(int which) implements Step {
        }

        record Committed(boolean taken) implements Step {
        }

        /** Lost and assigned anew: a new ledger that begins at the committed offset, while old deliveries still settle. */
        record Lost() implements Step {
        }

        /** The topic is created anew. */
        record Recreated() implements Step {
        }
    }

    private static final class Model {
        private PartitionLedger ledger = new PartitionLedger(_ -> { });
        private final TreeMap<Long, Entry> unsettled = new TreeMap<>();
        private final List<Entry> ofFormerLives = new ArrayList<>();
        private long end;
        private long committed;

        void take(Step step) {
            switch (step) {
                case Step.Polled(int gap) -> {
                    unsettled.put(end + gap, ledger.polled(new ConsumerRecord<>("t", 0, end + gap, null, null)));
                    end += gap + 1;
                }
                case Step.Positioned(int gap) -> {
                    end += gap;
                    ledger.positioned(new OffsetAndMetadata(end));
                }
                case Step.Settled(int which) -> settle(which);
                case Step.Committed(boolean taken) -> commit(taken);
                case Step.Lost() -> {
                    ofFormerLives.addAll(unsettled.values());
                    unsettled.clear();
                    ledger = new PartitionLedger(_ -> { });
                    end = committed;
                }
                case Step.Recreated() -> {
                    ofFormerLives.addAll(unsettled.values());
                    unsettled.clear();
                    if (end > 0) {
                        unsettled.put(0L, ledger.polled(new ConsumerRecord<>("t", 0, 0, null, null)));
                        end = 1;
                        committed = 0;
                    }
                }
            }
            assertThat(ledger.size()).as("records kept").isEqualTo(unsettled.size());
            ledger.toCommit().ifPresent(offset -> assertThat(offset.offset()).as("committable").isLessThanOrEqualTo(settledUpTo()));
        }

        private void settle(int which) {
            int all = unsettled.size() + ofFormerLives.size();
            if (all == 0) {
                return;
            }
            int at = which % all;
            if (at < unsettled.size()) {
                unsettled.remove(unsettled.keySet().stream().skip(at).findFirst().orElseThrow()).settle();
            } else {
                ofFormerLives.remove(at - unsettled.size()).settle();
            }
        }

        private void commit(boolean taken) {
            ledger.toCommit().ifPresent(offset -> {
                ledger.sent(offset);
                assertThat(ledger.toCommit()).isEmpty();
                if (taken) {
                    assertThat(offset.offset()).as("never back").isGreaterThanOrEqualTo(committed);
                    committed = offset.offset();
                } else {
                    ledger.notCommitted(offset);
                    assertThat(ledger.toCommit()).contains(offset);
                }
            });
        }

        private long settledUpTo() {
            return unsettled.isEmpty() ? end : unsettled.firstKey();
        }

        void end() {
            unsettled.values().forEach(Entry::settle);
            unsettled.clear();
            commit(true);
            assertThat(committed).as("the end is reached").isEqualTo(end);
            assertThat(ledger.isEmpty()).isTrue();
        }
    }

    @Property(tries = 2_000)
    void neverCommitsPastAnUnsettledOffsetAndReachesTheEndWhenAllSettle(@ForAll("steps") List<Step> steps) {
        var model = new Model();
        steps.forEach(model::take);
        model.end();
    }

    @Property(tries = 50)
    void settlingOnManyThreadsLosesNone(@ForAll @IntRange(min = 1, max = 2_000) int records) throws InterruptedException {
        var ledger = new PartitionLedger(_ -> { });
        var go = new CountDownLatch(1);
        var threads = new Thread[4];
        var entries = new Entry[records];
        for (int i = 0; i < records; i++) {
            entries[i] = ledger.polled(new ConsumerRecord<>("t", 0, i, null, null));
        }
        for (int t = 0; t < threads.length; t++) {
            int first = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = first; i < records; i += threads.length) {
                    entries[i].settle();
                }
            });
        }
        go.countDown();
        long last = 0;
        while (!ledger.isEmpty()) {
            long now = ledger.toCommit().map(OffsetAndMetadata::offset).orElse(last);
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(ledger.toCommit().map(OffsetAndMetadata::offset)).contains((long) records);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> polled = Arbitraries.integers().between(0, 3).map(Step.Polled::new);
        Arbitrary<Step> positioned = Arbitraries.integers().between(0, 5).map(Step.Positioned::new);
        Arbitrary<Step> settled = Arbitraries.integers().between(0, 1_000).map(Step.Settled::new);
        Arbitrary<Step> committed = Arbitraries.of(true, false).map(Step.Committed::new);
        Arbitrary<Step> gone = Arbitraries.of(new Step.Lost(), new Step.Recreated());
        Arbitrary<Step> step = Arbitraries.frequencyOf(Tuple.of(8, polled), Tuple.of(1, positioned), Tuple.of(7, settled),
                Tuple.of(3, committed), Tuple.of(1, gone));
        return step.list().ofMaxSize(200);
    }
}
