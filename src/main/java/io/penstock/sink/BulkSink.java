package io.penstock.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Stores documents with {@code POST /_bulk} and sees each one through: stored, there already, or a dead letter. What
 * Elasticsearch can't take now is sent again without limit; {@link OutcomeTable} decides what that is.
 *
 * <p>Every document holds its delivery until it has ended. At most {@code maxConcurrent} bulks are in flight, the others
 * wait in a queue, which the bound on what is in flight keeps short; what waits for a retry occupies no place.
 *
 * <p>The order of documents is not kept across retries: two records that write the same id may overtake each other.
 *
 * <p>All methods may be called from any thread; none blocks.
 */
public final class BulkSink implements DocumentSink {

    private static final Logger LOG = Logger.getLogger(BulkSink.class);
    private static final ContentType NDJSON = ContentType.create("application/x-ndjson");
    /** How many documents that came one by one share a bulk at most. */
    private static final int MAX_SHARED = 1000;

    private final RestClient client;
    private final BulkSettings settings;
    private final String shardTimeout;
    private final DeadLetters deadLetters;
    private final ElasticsearchState state;
    private final SinkMetrics metrics;
    /** Answers are judged here: the client's own threads are few, and an exception on them could stop all of them. */
    private final Executor threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("penstock-bulk-", 0).factory());
    private final ScheduledThreadPoolExecutor retries;
    private final AtomicLong waiting = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<BulkRequest> queue = new ArrayDeque<>();
    private int inFlight;

    /** The answer to a bulk came and says nothing about its items. */
    static final class UnreadableAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableAnswer(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** @param socketTimeout after which the client gives an answer up */
    public BulkSink(RestClient client, Duration socketTimeout, BulkSettings settings, DeadLetters deadLetters, ElasticsearchState state,
            MeterRegistry registry) {
        this.client = client;
        this.settings = settings;
        // Elasticsearch waits for a shard that is away, one minute unless told otherwise, and the whole bulk waits with it.
        this.shardTimeout = socketTimeout.toMillis() * 2 / 3 + "ms";
        this.deadLetters = deadLetters;
        this.state = state;
        this.metrics = new SinkMetrics(registry, this::inFlight);
        this.retries = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("penstock-bulk-retry").factory());
        retries.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public BulkSettings settings() {
        return settings;
    }

    @Override
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    @Override
    public Executor threads() {
        return threads;
    }

    /** Bulks on their way to Elasticsearch. */
    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    /** Documents that have not ended yet: in flight, in the queue, or waiting for a retry. */
    public long waiting() {
        return waiting.get();
    }

    /** Other documents wait for what is done on the completing thread. */
    @Override
    public CompletionStage<BulkResult> storeBatch(List<BulkDocument> documents, BulkTarget target) {
        return store(documents, target, false);
    }

    @Override
    public CompletionStage<BulkResult> store(List<BulkDocument> documents, BulkTarget target) {
        return store(documents, target, true);
    }

    private CompletionStage<BulkResult> store(List<BulkDocument> documents, BulkTarget target, boolean open) {
        var submission = new BulkSubmission(documents.size());
        var requests = BulkRequest.cut(target, BulkItem.of(documents, target, submission), settings.maxBytes(), open);
        Holds.take(documents);
        waiting.addAndGet(documents.size());
        enqueue(requests);
        return submission.result();
    }

    private void enqueue(List<BulkRequest> requests) {
        lock.lock();
        try {
            for (var request : requests) {
                var last = queue.peekLast();
                if (last == null || !last.join(request, settings.maxBytes(), MAX_SHARED)) {
                    queue.addLast(request);
                }
            }
        } finally {
            lock.unlock();
        }
        sendWhatMay();
    }

    private void sendWhatMay() {
        for (var next = next(); next != null; next = next()) {
            send(next);
        }
    }

    private @Nullable BulkRequest next() {
        lock.lock();
        try {
            if (inFlight >= settings.maxConcurrent() || queue.isEmpty()) {
                return null;
            }
            inFlight++;
            return queue.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    private void send(BulkRequest request) {
        var done = new AtomicBoolean();
        long started = System.nanoTime();
        try {
            var http = new Request("POST", "/_bulk");
            http.addParameter("filter_path", BulkAnswer.FILTER_PATH);
            http.addParameter("timeout", shardTimeout);
            if (request.target().waitForActiveShards() != 1) {
                http.addParameter("wait_for_active_shards", Integer.toString(request.target().waitForActiveShards()));
            }
            http.setEntity(new NByteArrayEntity(request.body(), NDJSON));
            request.items().forEach(BulkItem::sent);
            metrics.sent(request);
            client.performRequestAsync(http, new ResponseListener() {
                @Override
                public void onSuccess(Response response) {
                    if (done.compareAndSet(false, true)) {
                        onOwnThread(() -> answered(request, started, response, null));
                    }
                }

                @Override
                public void onFailure(Exception failure) {
                    if (done.compareAndSet(false, true)) {
                        onOwnThread(() -> answered(request, started, null, failure));
                    }
                }
            });
        } catch (Throwable e) {
            if (done.compareAndSet(false, true)) {
                onOwnThread(() -> answered(request, started, null, e));
            }
        }
    }

    private void onOwnThread(Runnable answer) {
        try {
            threads.execute(answer);
        } catch (RuntimeException | Error e) {
            answer.run();
        }
    }

    /** The end of one sending. Nobody sees an exception thrown from here: whatever happens, the items go on. */
    private void answered(BulkRequest request, long started, @Nullable Response response, @Nullable Throwable failure) {
        lock.lock();
        try {
            inFlight--;
        } finally {
            lock.unlock();
        }
        try {
            metrics.answered(request, System.nanoTime() - started);
            judge(request, response, failure);
        } catch (Throwable e) {
            LOG.errorf(e, "A bulk of %d documents could not be judged; it is sent again. This is a bug in Penstock.",
                    request.items().size());
            later(request, request.items());
        } finally {
            sendWhatMay();
        }
    }

    private void judge(BulkRequest request, @Nullable Response response, @Nullable Throwable failure) {
        if (response == null) {
            failed(request, failure);
            return;
        }
        List<ItemOutcome> outcomes;
        try {
            outcomes = outcomes(request, response);
        } catch (IOException | RuntimeException e) {
            failed(request, new UnreadableAnswer(String.valueOf(e.getMessage()), e));
            return;
        }
        state.up(waiting::get);
        settle(request, outcomes);
    }

    private static List<ItemOutcome> outcomes(BulkRequest request, Response response) throws IOException {
        var entity = response.getEntity();
        if (entity == null) {
            throw new IOException("the bulk's answer is empty");
        }
        BulkAnswer answer;
        try (var in = entity.getContent()) {
            answer = BulkAnswer.read(in, request.items().size());
        }
        var outcomes = new ArrayList<ItemOutcome>(answer.items().size());
        for (int i = 0; i < answer.items().size(); i++) {
            var item = request.items().get(i);
            var answered = answer.items().get(i);
            if (OutcomeTable.isMissingIndex(answered)) {
                item.missed();
            }
            outcomes.add(OutcomeTable.item(item.document().action(), answered, item.misses()));
        }
        return outcomes;
    }

    /** The request as a whole was not done, or it is not known whether. */
    private void failed(BulkRequest request, @Nullable Throwable failure) {
        switch (OutcomeTable.request(failure == null ? new IllegalStateException("no answer") : failure)) {
            case RequestOutcome.Halve(var type, var reason) -> {
                state.up(waiting::get);
                if (request.items().size() > 1) {
                    halve(request);
                } else {
                    settle(request, List.of(new ItemOutcome.Never(type, reason)));
                }
            }
            case RequestOutcome.Busy() -> {
                state.up(waiting::get);
                state.pushedBack(request.items().getFirst().index(), 429, "for the whole bulk", request.items().size());
                later(request, request.items());
            }
            case RequestOutcome.Down(var problem) -> {
                state.down(problem, waiting::get);
                later(request, request.items());
            }
        }
    }

    private void halve(BulkRequest request) {
        lock.lock();
        try {
            var halves = request.halves();
            queue.addFirst(halves.getLast());
            queue.addFirst(halves.getFirst());
        } finally {
            lock.unlock();
        }
    }

    private void settle(BulkRequest request, List<ItemOutcome> outcomes) {
        tell(request, outcomes);
        var left = new ArrayList<BulkItem>();
        for (int i = 0; i < outcomes.size(); i++) {
            var item = request.items().get(i);
            if (!settled(item, outcomes.get(i))) {
                left.add(item);
            }
        }
        if (!left.isEmpty()) {
            later(request, left);
        }
    }

    /** Says once for each index whether it was refused. */
    private void tell(BulkRequest request, List<ItemOutcome> outcomes) {
        var refused = new HashMap<String, Problem>();
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof ItemOutcome.Refused(var problem)) {
                refused.put(request.items().get(i).index(), problem);
            } else if (outcomes.get(i) instanceof ItemOutcome.Retry(var status, var type)) {
                state.pushedBack(request.items().get(i).index(), status, type, 1);
            }
        }
        refused.forEach(state::refused);
        if (state.isRefusing()) {
            for (int i = 0; i < outcomes.size(); i++) {
                var index = request.items().get(i).index();
                if (!refused.containsKey(index) && !(outcomes.get(i) instanceof ItemOutcome.Retry)) {
                    state.accepted(index);
                }
            }
        }
    }

    /** Carries one item's outcome out. Does not throw; false if the item has to be sent again. */
    private boolean settled(BulkItem item, ItemOutcome outcome) {
        // Not by a switch over types: Java makes a class for each while the first answer is waited for.
        if (outcome instanceof ItemOutcome.Retry || outcome instanceof ItemOutcome.Refused) {
            return false;
        }
        var delivery = item.document().delivery();
        try {
            if (outcome instanceof ItemOutcome.Stored) {
                metrics.of(item).indexed().increment();
            } else if (outcome instanceof ItemOutcome.Duplicate) {
                metrics.of(item).duplicates().increment();
            } else if (outcome instanceof ItemOutcome.Never(var type, var reason)) {
                if (delivery != null) {
                    deadLetters.send(delivery, new DeadLetterReason("bulk", reason, type, item.attempts()));
                }
            } else {
                throw new IllegalStateException("not an end: " + outcome);
            }
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "A document for index %s could not be settled; it is sent again. This is a bug in Penstock.",
                    item.index());
            return false;
        }
        item.end();
        if (delivery != null && !(outcome instanceof ItemOutcome.Never)) {
            delivery.stored();
        }
        waiting.decrementAndGet();
        Holds.release(item.document());
        if (outcome instanceof ItemOutcome.Never(var type, var reason)) {
            item.submission().deadLettered(delivery == null ? type + ": " + reason : null);
        } else if (outcome instanceof ItemOutcome.Stored) {
            item.submission().stored();
        } else {
            item.submission().duplicate();
        }
        return true;
    }

    /** Sends items again after a pause, during which they occupy no place among the bulks in flight. */
    private void later(BulkRequest request, List<BulkItem> items) {
        var again = request.again(items.stream().filter(item -> !item.hasEnded()).toList());
        if (again.items().isEmpty()) {
            return;
        }
        countRetried(again);
        try {
            retries.schedule(() -> {
                try {
                    enqueue(List.of(again));
                } catch (Throwable e) {
                    LOG.errorf(e, "A bulk of %d documents could not be sent again now; it waits on.",
                            again.items().size());
                    later(again, again.items());
                }
            }, settings.backoff().nanos(again.failures()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Closed: the documents stay held, and their records are read again after the next start.
            LOG.debugf("%d documents are left unsent at the end.", again.items().size());
        }
    }

    private void countRetried(BulkRequest again) {
        try {
            again.items().forEach(item -> metrics.of(item).retried().increment());
        } catch (RuntimeException e) {
            LOG.debug("Documents to be sent again could not be counted.", e);
        }
    }

    /** Stops retrying. What has not ended stays unsettled, so its records come again after the next start. */
    @Override
    public void close() {
        retries.shutdownNow();
    }
}
