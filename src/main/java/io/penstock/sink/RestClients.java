package io.penstock.sink;

import static io.penstock.delivery.SettingName.named;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.conn.util.PublicSuffixMatcherLoader;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;

/** Builds the one low-level client that everything for Elasticsearch goes through. */
public final class RestClients {

    private static final String HOSTS = "elasticsearch.hosts";
    private static final String USERNAME = "elasticsearch.username";
    private static final String PASSWORD = "elasticsearch.password";
    private static final String CA_CERTIFICATE = "elasticsearch.tls.ca-certificate";
    private static final int HTTP_PORT = 9200;
    private static final int HTTPS_PORT = 443;
    private static final int LAST_PORT = 65535;
    /** Connections beside those of the bulks: the ping's and those of Camel's other operations. */
    private static final int SPARE_CONNECTIONS = 6;
    /** Instead of Mozilla's list of 10,000, which the client reads for the names in certificates, and for cookies. */
    private static final PublicSuffixMatcher NO_SUFFIXES = new PublicSuffixMatcher(List.of(), List.of());

    private RestClients() {
    }

    /**
     * Checks the settings and builds nothing, which doesn't take long.
     *
     * @throws IllegalArgumentException as {@link #build} does
     */
    public static void validate(ElasticsearchConfig config) {
        boolean encrypted = isEncrypted(hosts(config.hosts()));
        config.tls().caCertificate().ifPresentOrElse(RestClients::certificates, () -> systemTls(encrypted));
        credentials(config);
        connectMillis(config);
        socketMillis(config);
    }

    /** For whoever sends nothing: asks no setting. */
    static RestClient unused() {
        return RestClient.builder(new HttpHost("localhost", HTTP_PORT))
                .setHttpClientConfigCallback(http -> http.setPublicSuffixMatcher(NO_SUFFIXES)).build();
    }

    /**
     * @param maxConcurrent how many bulks will be in flight
     * @throws IllegalArgumentException if a setting is wrong; the message is one line and names setting and remedy, never a
     *                                  secret
     */
    public static RestClient build(ElasticsearchConfig config, int maxConcurrent) {
        var hosts = hosts(config.hosts());
        var credentials = credentials(config);
        boolean encrypted = isEncrypted(hosts);
        var tls = config.tls().caCertificate().map(RestClients::trusting).orElseGet(() -> systemTls(encrypted));
        var suffixes = encrypted ? PublicSuffixMatcherLoader.getDefault() : NO_SUFFIXES;
        int connectMillis = connectMillis(config);
        int socketMillis = socketMillis(config);
        int connections = maxConcurrent + SPARE_CONNECTIONS;

        var builder = RestClient.builder(hosts.stream().map(RestClients::httpHost).toArray(HttpHost[]::new))
                .setCompressionEnabled(config.compression())
                .setRequestConfigCallback(r -> r.setConnectTimeout(connectMillis).setSocketTimeout(socketMillis))
                .setHttpClientConfigCallback(http -> http
                        // The credentials are a header of every request: Apache's cache of them is of no use, and it
                        // serialises Java objects, which a native executable can't.
                        .disableAuthCaching()
                        .setSSLContext(tls)
                        .setPublicSuffixMatcher(suffixes)
                        // Its own names threads by a format, and a format's first number makes Java unpack what it knows of locales.
                        .setThreadFactory(Thread.ofPlatform().name("elasticsearch-client-", 0).factory())
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
                throw new IllegalArgumentException(named(HOSTS) + ": the path behind the port differs between "
                        + hosts.getFirst() + " and " + host + ": give all hosts the same path, or none");
            }
            hosts.add(host);
        }
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException(named(HOSTS) + " is empty: set it to http://host:9200 or a list of such");
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
            throw new IllegalArgumentException(named(HOSTS) + " holds credentials: take them out and set " + named(USERNAME) + " and "
                    + named(PASSWORD));
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || isEncrypted(uri);
        boolean port = uri.getPort() == -1 || uri.getPort() > 0 && uri.getPort() <= LAST_PORT;
        if (!http || !port || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw notAnAddress(setting);
        }
        return uri;
    }

    private static IllegalArgumentException notAnAddress(String setting) {
        return new IllegalArgumentException(named(HOSTS) + ": '" + (setting.contains("@") ? "..." : setting)
                + "' is no address: write it as http://host:9200 or https://host:9200");
    }

    private static HttpHost httpHost(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : isEncrypted(uri) ? HTTPS_PORT : HTTP_PORT;
        return new HttpHost(uri.getHost(), port, uri.getScheme());
    }

    private static boolean isEncrypted(List<URI> hosts) {
        return hosts.stream().anyMatch(RestClients::isEncrypted);
    }

    private static boolean isEncrypted(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    private static @Nullable Header credentials(ElasticsearchConfig config) {
        if (config.apiKey().isPresent()) {
            if (config.username().isPresent()) {
                throw new IllegalArgumentException(named("elasticsearch.api-key") + " and " + named(USERNAME) + " are both set: keep one");
            }
            return new BasicHeader("Authorization", "ApiKey " + config.apiKey().get());
        }
        if (config.username().isPresent() != config.password().isPresent()) {
            throw new IllegalArgumentException(config.username().isPresent()
                    ? named(USERNAME) + " is set and " + named(PASSWORD) + " is not: set both"
                    : named(PASSWORD) + " is set and " + named(USERNAME) + " is not: set both");
        }
        return config.username()
                .map(user -> (user + ':' + config.password().orElseThrow()).getBytes(StandardCharsets.UTF_8))
                .map(pair -> new BasicHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair)))
                .orElse(null);
    }

    private static int connectMillis(ElasticsearchConfig config) {
        return millis("elasticsearch.connect-timeout", config.connectTimeout());
    }

    private static int socketMillis(ElasticsearchConfig config) {
        return millis("elasticsearch.socket-timeout", config.socketTimeout());
    }

    private static int millis(String setting, Duration value) {
        if (value.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(named(setting) + " is " + value + ": set it to 24d or less");
        }
        return Math.toIntExact(value.toMillis());
    }

    /** @param used whether it will be: then what is wrong with it is said here, and not on the client's thread, which it would end */
    private static SSLContext systemTls(boolean used) {
        try {
            var context = SSLContext.getDefault();
            if (used) {
                context.getDefaultSSLParameters();
            }
            return context;
        } catch (GeneralSecurityException | IllegalStateException e) {
            throw new IllegalArgumentException("Java's own TLS settings (javax.net.ssl.*) don't work: mend them, or set "
                    + named(CA_CERTIFICATE), e);
        }
    }

    private static SSLContext trusting(Path file) {
        var certificates = certificates(file);
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var certificate : certificates) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new CertificateException("no certificate in it");
            }
            return certificates;
        } catch (IOException | CertificateException e) {
            throw unusable(file, e);
        }
    }

    private static IllegalArgumentException unusable(Path file, Exception e) {
        return new IllegalArgumentException(named(CA_CERTIFICATE) + ": can't use " + file + " ("
                + e.getClass().getSimpleName() + "): set it to a readable file with certificates in PEM form", e);
    }
}
