package io.penstock.sink;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.delivery.Delivery;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.util.URISupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dead letters behind a Camel endpoint, by default the Kafka topic {@code TOPIC.dead-letters}. Whoever sends one goes
 * on at once; the endpoint is opened, waited for and retried on a thread per endpoint. May be called from any thread.
 */
public final class CamelDeadLetters implements DeadLetters, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private static final Duration BETWEEN_SUMMARIES = Duration.ofSeconds(10);

    private final CamelContext context;
    private final String uri;
    private final Backoff backoff;
    private final MeterRegistry meters;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, DeadLetterLane> lanes = new ConcurrentHashMap<>();
    private final Map<String, Summary> summaries = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dead-letters summary").factory());

    /** Opens nothing yet. */
    public CamelDeadLetters(CamelContext context, DeadLettersConfig config, MeterRegistry meters) {
        this.context = context;
        this.uri = config.uri();
        this.backoff = Backoff.of("penstock.dead-letters.retry.initial", config.retry().initial(),
                "penstock.dead-letters.retry.max", config.retry().max());
        this.meters = meters;
        Gauge.builder("penstock.dead.letters.waiting", waiting, AtomicInteger::get)
                .description("Dead letters that their endpoint has not acknowledged yet")
                .register(meters);
        clock.scheduleWithFixedDelay(this::summarise, BETWEEN_SUMMARIES.toSeconds(), BETWEEN_SUMMARIES.toSeconds(),
                TimeUnit.SECONDS);
    }

    @Override
    public void send(Delivery delivery, DeadLetterReason reason) {
        try {
            delivery.hold();
        } catch (IllegalStateException tooLate) {
            LOG.errorf("The record %s failed in step %s (%s) after it was settled; it gets no dead letter",
                    delivery.coordinates(), reason.step(), reason.exception());
            return;
        }
        if (!delivery.claimDeadLetter()) {
            delivery.release();
            return;
        }
        waiting.incrementAndGet();
        lanes.computeIfAbsent(uriFor(delivery.record().topic()), this::lane)
                .add(new DeadLetter(delivery, reason, wasDeadLetter(delivery.record())));
    }

    /** What keeps dead letters from being taken, for the readiness check; empty when nothing does. */
    public Optional<String> problem() {
        return lanes.values().stream().flatMap(lane -> lane.problem().stream())
                .reduce((one, other) -> one + "; " + other);
    }

    /** How many dead letters are not acknowledged yet. */
    public int waiting() {
        return waiting.get();
    }

    /**
     * Stops threads and producers, within some seconds per endpoint. Dead letters that are not acknowledged by then stay
     * unsettled, so that their records are delivered again.
     */
    @Override
    public void close() {
        clock.shutdownNow();
        lanes.values().forEach(DeadLetterLane::close);
        summaries.forEach((route, summary) -> summary.log(route));
        if (waiting.get() > 0) {
            LOG.warnf("Dead letters not acknowledged at the end: %d; their records are not settled and will be delivered again",
                    waiting.get());
        }
    }

    private DeadLetterLane lane(String endpointUri) {
        return new DeadLetterLane(URISupport.sanitizeUri(endpointUri), () -> open(endpointUri), backoff, this::kept);
    }

    private DeadLetterEndpoint open(String endpointUri) throws Exception {
        Endpoint endpoint = context.getEndpoint(endpointUri);
        return switch (endpoint) {
            case null -> throw new NoSuchEndpointException(URISupport.sanitizeUri(endpointUri));
            case KafkaEndpoint kafka -> new DeadLetterTopic(kafka);
            default -> new DeadLetterExchanges(endpoint);
        };
    }

    /** A topic's name may come with a request, and must not reach into the rest of the URI. */
    private String uriFor(String topic) {
        String plain = topic.replaceAll("[^a-zA-Z0-9._-]", "_");
        return uri.replace("{topic}", plain.equals(".") || plain.equals("..") ? "_" : plain);
    }

    /** Whether it was read from where the dead letters of its origin are kept: anybody may write headers that name one. */
    boolean wasDeadLetter(ConsumerRecord<byte @Nullable [], byte @Nullable []> record) {
        return KeptLetter.of(record).map(letter -> uriFor(letter.original().topic()).replaceFirst("\\?.*", ""))
                .filter(kept -> kept.equals("kafka:" + record.topic()) || kept.equals("kafka://" + record.topic())).isPresent();
    }

    private void kept(DeadLetter letter) {
        Delivery delivery = letter.delivery();
        waiting.decrementAndGet();
        try {
            meters.counter("penstock.records.dead.lettered", "route", delivery.route(), "topic", delivery.record().topic())
                    .increment();
            summaries.computeIfAbsent(delivery.route(), route -> new Summary()).add(letter);
        } finally {
            delivery.release();
        }
    }

    private void summarise() {
        summaries.forEach((route, summary) -> summary.log(route));
        lanes.values().forEach(DeadLetterLane::remind);
    }

    private static final class Summary {

        private int count;
        private String latest = "";

        synchronized void add(DeadLetter letter) {
            count++;
            latest = "%s in step %s: %s".formatted(letter.delivery().coordinates(), letter.reason().step(),
                    letter.reason().exception());
        }

        synchronized void log(String route) {
            if (count > 0) {
                LOG.warnf("Records of route %s that became dead letters and are kept: %d, the latest %s", route, count, latest);
                count = 0;
            }
        }
    }
}
