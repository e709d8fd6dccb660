package io.penstock.sink;

import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dead letters in a Kafka topic, byte by byte as the records arrived. Brokers, security and whatever else the Camel
 * endpoint and its component are set to apply; the record goes past Camel's producer, whose header map knows neither
 * duplicates nor order.
 */
final class DeadLetterTopic implements DeadLetterEndpoint {

    /** Kafka measures a record before it compresses it: room for records far above a broker's default of 1 MiB. */
    private static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;

    private final String topic;
    private final KafkaEndpoint endpoint;
    private final Producer<byte @Nullable [], byte @Nullable []> producer;
    private @Nullable Producer<byte @Nullable [], byte @Nullable []> uncompressed;

    DeadLetterTopic(KafkaEndpoint endpoint) {
        this.endpoint = endpoint;
        topic = endpoint.getConfiguration().getTopic();
        producer = producer(settings(endpoint));
    }

    @SuppressWarnings("unchecked")
    private Producer<byte @Nullable [], byte @Nullable []> producer(Properties settings) {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        try {
            // as Camel's own producer does: Kafka loads what its settings name through this loader
            thread.setContextClassLoader(KafkaProducer.class.getClassLoader());
            return endpoint.getKafkaClientFactory().getProducer(settings);
        } finally {
            thread.setContextClassLoader(loader);
        }
    }

    @Override
    public CompletableFuture<?> send(DeadLetter letter) {
        var acknowledged = new CompletableFuture<@Nullable Void>();
        var record = letter.delivery().record();
        producerFor(letter).send(new ProducerRecord<>(topic, null, record.key(), record.value(), DeadLetterHeaders.of(letter)),
                (metadata, failure) -> {
                    if (failure == null) {
                        acknowledged.complete(null);
                    } else {
                        acknowledged.completeExceptionally(failure);
                    }
                });
        return acknowledged;
    }

    private Producer<byte @Nullable [], byte @Nullable []> producerFor(DeadLetter letter) {
        if (letter.detail() != DeadLetter.Detail.RAW) {
            return producer;
        }
        var plain = uncompressed;
        if (plain == null) {
            var settings = settings(endpoint);
            settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
            settings.put(ProducerConfig.CLIENT_ID_CONFIG, settings.get(ProducerConfig.CLIENT_ID_CONFIG) + "-uncompressed");
            plain = producer(settings);
            uncompressed = plain;
        }
        return plain;
    }

    @Override
    public boolean isTooLarge(Throwable failure) {
        return failure instanceof RecordTooLargeException || failure instanceof RecordBatchTooLargeException;
    }

    @Override
    public void close(Duration timeout) {
        producer.close(timeout);
        if (uncompressed != null) {
            uncompressed.close(timeout);
        }
    }

    @Override
    public String advice(Throwable failure) {
        return switch (failure) {
            case Throwable e when isTooLarge(e) -> "raise max.message.bytes of topic " + topic
                    + " (a dead letter is its record plus some headers)";
            case TimeoutException e when e.getCause() instanceof UnknownTopicOrPartitionException -> "topic " + topic
                    + " does not exist: create it (kafka-topics.sh --create --topic " + topic
                    + "), or let the broker do so (auto.create.topics.enable)";
            case TimeoutException e -> "either the broker is not reachable (kafka.bootstrap.servers), or topic " + topic
                    + " does not exist and the broker does not create topics: create it with"
                    + " kafka-topics.sh --create --topic " + topic;
            case AuthenticationException e -> "look at the Kafka credentials and security settings";
            case AuthorizationException e -> "the Kafka user needs the rights to write, and to create, topic " + topic;
            default -> "look at the broker (kafka.bootstrap.servers) and at penstock.dead-letters.uri";
        };
    }

    private static Properties settings(KafkaEndpoint endpoint) {
        KafkaConfiguration configuration = endpoint.getConfiguration();
        var defaults = new KafkaConfiguration();
        Properties settings = configuration.createProducerProperties();
        endpoint.updateClassProperties(settings);
        String brokers = endpoint.getKafkaClientFactory().getBrokers(configuration);
        if (brokers != null) {
            settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        }

        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        // With more, what is behind a dead letter that is too large, or behind the first batch for a topic just created, gets out
        // of sequence and waits for its delivery timeout.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(configuration.getMaxRequestSize(), MAX_REQUEST_BYTES));
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG,
                (long) Math.max(configuration.getBufferMemorySize(), MAX_REQUEST_BYTES));
        settings.put(ProducerConfig.CLIENT_ID_CONFIG,
                Objects.requireNonNullElse(configuration.getClientId(), "penstock") + '-' + configuration.getTopic());
        if (configuration.getCompressionCodec().equals(defaults.getCompressionCodec())) {
            settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        }
        // Kafka's defaults notice an outage after two minutes; the retry above this producer has no limit anyway
        if (configuration.getMaxBlockMs().equals(defaults.getMaxBlockMs())) {
            settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        }
        if (configuration.getDeliveryTimeoutMs().equals(defaults.getDeliveryTimeoutMs())
                && configuration.getRequestTimeoutMs().equals(defaults.getRequestTimeoutMs())) {
            settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
            settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
            settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        }
        return settings;
    }
}
