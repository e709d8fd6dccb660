package io.penstock.sink;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;

/** Builds the one low-level client that everything for Elasticsearch goes through. */
public final class RestClients {

    /** Connections beside those of the bulks: the ping's and those of Camel's other operations. */
    private static final int SPARE_CONNECTIONS = 6;

    private RestClients() {
    }

    /**
     * @param maxConcurrent how many bulks will be in flight
     * @throws IllegalArgumentException if a setting is wrong; the message is one line and names setting and remedy, never a
     *                                  secret
     */
    public static RestClient build(ElasticsearchConfig config, int maxConcurrent) {
        var hosts = hosts(config.hosts());
        var credentials = credentials(config);
        var tls = config.tls().caCertificate().map(RestClients::trusting).orElse(null);
        int connectMillis = millis("elasticsearch.connect-timeout", config.connectTimeout());
        int socketMillis = millis("elasticsearch.socket-timeout", config.socketTimeout());
        int connections = maxConcurrent + SPARE_CONNECTIONS;

        var builder = RestClient.builder(hosts.stream().map(RestClients::httpHost).toArray(HttpHost[]::new))
                .setCompressionEnabled(config.compression())
                .setRequestConfigCallback(r -> r.setConnectTimeout(connectMillis).setSocketTimeout(socketMillis))
                .setHttpClientConfigCallback(http -> http
                        // The credentials are a header of every request: Apache's cache of them is of no use, and it
                        // serialises Java objects, which a native executable can't.
                        .disableAuthCaching()
                        .setSSLContext(tls == null ? systemTls() : tls)
                        .setMaxConnPerRoute(connections)
                        .setMaxConnTotal(connections * hosts.size())
                        .setDefaultIOReactorConfig(IOReactorConfig.custom().setSoKeepAlive(true).build()));
        if (credentials != null) {
            builder.setDefaultHeaders(new Header[] { credentials });
        }
        var path = hosts.getFirst().getPath();
        if (path.length() > 1) {
            builder.setPathPrefix(path);
        }
        return builder.build();
    }

    private static List<URI> hosts(List<String> settings) {
        var hosts = new ArrayList<URI>();
        for (var setting : settings) {
            var host = host(setting.strip());
            if (!hosts.isEmpty() && !hosts.getFirst().getPath().equals(host.getPath())) {
                throw new IllegalArgumentException("elasticsearch.hosts: the path behind the port differs between "
                        + hosts.getFirst() + " and " + host + ": give all hosts the same path, or none");
            }
            hosts.add(host);
        }
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("elasticsearch.hosts is empty: set it to http://host:9200 or a list of such");
        }
        return hosts;
    }

    private static URI host(String setting) {
        URI uri;
        try {
            uri = new URI(setting.contains("://") ? setting : "http://" + setting);
        } catch (URISyntaxException e) {
            throw notAnAddress(setting);
        }
        if (uri.getRawUserInfo() != null || setting.contains("@")) {
            throw new IllegalArgumentException("elasticsearch.hosts holds credentials: "
                    + "take them out and set elasticsearch.username and elasticsearch.password");
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw notAnAddress(setting);
        }
        return uri;
    }

    private static IllegalArgumentException notAnAddress(String setting) {
        return new IllegalArgumentException("elasticsearch.hosts: '" + (setting.contains("@") ? "..." : setting)
                + "' is no address: write it as http://host:9200 or https://host:9200");
    }

    private static HttpHost httpHost(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 9200;
        return new HttpHost(uri.getHost(), port, uri.getScheme());
    }

    private static @Nullable Header credentials(ElasticsearchConfig config) {
        if (config.apiKey().isPresent()) {
            if (config.username().isPresent()) {
                throw new IllegalArgumentException("elasticsearch.api-key and elasticsearch.username are both set: keep one");
            }
            return new BasicHeader("Authorization", "ApiKey " + config.apiKey().get());
        }
        if (config.username().isPresent() != config.password().isPresent()) {
            throw new IllegalArgumentException(config.username().isPresent()
                    ? "elasticsearch.username is set and elasticsearch.password is not: set both"
                    : "elasticsearch.password is set and elasticsearch.username is not: set both");
        }
        return config.username()
                .map(user -> (user + ':' + config.password().orElseThrow()).getBytes(StandardCharsets.UTF_8))
                .map(pair -> new BasicHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair)))
                .orElse(null);
    }

    private static int millis(String setting, Duration value) {
        if (value.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(setting + " is " + value + ": set it to 24d or less");
        }
        return Math.toIntExact(value.toMillis());
    }

    private static SSLContext systemTls() {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java's own TLS settings don't work: look at javax.net.ssl.*", e);
        }
    }

    private static SSLContext trusting(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw new GeneralSecurityException("no certificate in it");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("elasticsearch.tls.ca-certificate: can't use " + file + " ("
                    + e.getClass().getSimpleName() + "): set it to a readable file with certificates in PEM form", e);
        }
    }
}
