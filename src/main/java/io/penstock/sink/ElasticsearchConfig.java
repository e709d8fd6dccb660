package io.penstock.sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.penstock.delivery.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Which Elasticsearch (or OpenSearch) documents go to, and how it is reached. */
@ConfigMapping(prefix = "elasticsearch")
public interface ElasticsearchConfig {

    /**
     * The nodes to talk to, comma separated, each as {@code http://host:port} or {@code https://host:port} (without a
     * scheme: http; without a port: 9200, and 443 for https). A path behind the port (a proxy's) is kept; it must be the same for all.
     */
    @WithDefault("http://localhost:9200")
    List<String> hosts();

    /** The user to sign in as. Needs {@code elasticsearch.password}; not together with {@code elasticsearch.api-key}. */
    Optional<String> username();

    /** The password of {@code elasticsearch.username}. Read at the start: restart after a change. */
    Optional<String> password();

    /** An API key in its encoded form, instead of user and password. Read at the start: restart after a change. */
    Optional<String> apiKey();

    /** How long opening a connection may take. */
    @WithConverter(PositiveDuration.class)
    @WithDefault("5s")
    Duration connectTimeout();

    /**
     * How long a sent request may go without an answer before it is given up and sent again. Elasticsearch waits for a shard that is
     * away for two thirds of it.
     */
    @WithConverter(PositiveDuration.class)
    @WithDefault("30s")
    Duration socketTimeout();

    /** Whether requests are sent gzip-compressed: less network, more processor time. */
    @WithDefault("false")
    boolean compression();

    /** What is trusted behind {@code https}. */
    Tls tls();

    /** What is trusted behind {@code https}. */
    interface Tls {

        /**
         * A file with the certificate (or several) of the authority that signed Elasticsearch's, in PEM form. By default
         * what Java trusts is trusted. Read at the start: restart after a change.
         */
        Optional<Path> caCertificate();
    }
}
