package io.penstock.sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings a test gives; the defaults are those of the real ones but for the short timeouts. */
record TestElasticsearchConfig(List<String> hosts, Optional<String> username, Optional<String> password,
        Optional<String> apiKey, Duration socketTimeout, boolean compression, Optional<Path> ca)
        implements ElasticsearchConfig {

    static TestElasticsearchConfig at(String... hosts) {
        return new TestElasticsearchConfig(List.of(hosts), Optional.empty(), Optional.empty(), Optional.empty(),
                Duration.ofSeconds(10), false, Optional.empty());
    }

    TestElasticsearchConfig user(String user, String password) {
        return new TestElasticsearchConfig(hosts, Optional.ofNullable(user), Optional.ofNullable(password), apiKey,
                socketTimeout, compression, ca);
    }

    TestElasticsearchConfig key(String key) {
        return new TestElasticsearchConfig(hosts, username, password, Optional.of(key), socketTimeout, compression, ca);
    }

    TestElasticsearchConfig timeout(Duration timeout) {
        return new TestElasticsearchConfig(hosts, username, password, apiKey, timeout, compression, ca);
    }

    TestElasticsearchConfig compressed() {
        return new TestElasticsearchConfig(hosts, username, password, apiKey, socketTimeout, true, ca);
    }

    TestElasticsearchConfig trusting(Path file) {
        return new TestElasticsearchConfig(hosts, username, password, apiKey, socketTimeout, compression, Optional.of(file));
    }

    @Override
    public Duration connectTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Tls tls() {
        return () -> ca;
    }
}
