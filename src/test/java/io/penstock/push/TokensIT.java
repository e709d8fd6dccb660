package io.penstock.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.penstock.stack.OwnCertificate;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may send, in push mode: what the packaged service answers to whom. */
@Tag("long")
class TokensIT {

    private static final String ISSUER = "https://issuer";

    @TempDir
    Path folder;

    private final KeyPair keys = keyPair();
    @AutoClose
    private PenstockProcess penstock;
    @AutoClose
    private Sender sender;

    private PenstockProcess.Builder configured(String... environment) {
        var builder = PenstockProcess.against(Stack.shared()).topic("tokens").index("tokens").environment("PENSTOCK_SOURCE", "push");
        for (int i = 0; i < environment.length; i += 2) {
            builder.environment(environment[i], environment[i + 1]);
        }
        return builder;
    }

    private void start(String... environment) {
        penstock = configured(environment).start().awaitReady();
        sender = new Sender(penstock.url());
    }

    /** The answer's status to a batch without records. */
    private int send(String authorization) {
        return sender.send(batch().header("Authorization", authorization).build()).statusCode();
    }

    private int sendWithoutAuthorization() {
        return sender.send(batch().build()).statusCode();
    }

    private HttpRequest.Builder batch() {
        return HttpRequest.newBuilder(URI.create(penstock.url() + "/event-invoke"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"Records\":[]}"));
    }

    @Test
    void aSharedSecretKeepsStrangersOut() {
        start("PENSTOCK_PUSH_TOKEN", "secret");

        assertThat(sendWithoutAuthorization()).isEqualTo(401);
        assertThat(send("Basic secret")).isEqualTo(401);
        assertThat(send("Bearer wrong")).isEqualTo(401);
        assertThat(send("Bearer secret")).isEqualTo(200);
        assertThat(penstock.output()).doesNotContain("secret");
    }

    @Test
    void onlyTokensOfTheIssuerAreTaken() {
        start("MP_JWT_VERIFY_ISSUER", ISSUER, "MP_JWT_VERIFY_AUDIENCES", "penstock",
                "MP_JWT_VERIFY_PUBLICKEY", Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));

        assertThat(sendWithoutAuthorization()).isEqualTo(401);
        assertThat(send("Basic nonsense")).isEqualTo(401);
        assertThat(send("Bearer nonsense")).isEqualTo(401);
        assertThat(send("Bearer e30.e30.e30")).isEqualTo(401);
        assertThat(send(bearer(keyPair(), "", ISSUER, "penstock", 600))).isEqualTo(401);
        assertThat(send(bearer(keys, "", "https://other", "penstock", 600))).isEqualTo(401);
        assertThat(send(bearer(keys, "", ISSUER, "other", 600))).isEqualTo(401);
        assertThat(send(bearer(keys, "", ISSUER, "penstock", -600))).isEqualTo(401);
        assertThat(send(bearer(keys, "", ISSUER, "penstock", 600))).isEqualTo(200);
        assertThat(penstock.isReady()).isTrue();
    }

    @Test
    void keysAreReadFromTheIssuerAndAgainForATokenOfANewOne() throws Exception {
        var published = new ConcurrentSkipListMap<String, KeyPair>(Map.of("first", keys));
        var certificate = OwnCertificate.in(folder);
        var issuer = issuer(certificate, published);
        var location = "https://127.0.0.1:" + issuer.getAddress().getPort() + "/keys";
        try {
            start("MP_JWT_VERIFY_ISSUER", ISSUER, "MP_JWT_VERIFY_PUBLICKEY_LOCATION", location,
                    "SMALLRYE_JWT_JWKS_FORCED_REFRESH_INTERVAL", "0",
                    "SMALLRYE_JWT_CLIENT_TLS_CERTIFICATE_PATH", certificate.pem().toString());
            assertThat(send(bearer(keys, "first", ISSUER, "penstock", 600))).isEqualTo(200);

            // It may have been made just now: the sender is not told that its token is bad.
            var second = keyPair();
            assertThat(send(bearer(second, "second", ISSUER, "penstock", 600))).isEqualTo(503);
            published.put("second", second);
            // Keys read less than 300 ms ago are not read again.
            await().atMost(Duration.ofSeconds(10)).until(() -> send(bearer(second, "second", ISSUER, "penstock", 600)) == 200);
        } finally {
            issuer.stop(0);
        }
    }

    @Test
    void whileTheIssuerCantBeReachedRequestsMayBeSentAgain() {
        start("MP_JWT_VERIFY_ISSUER", ISSUER, "MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://127.0.0.1:1/keys");
        var answer = sender.send(batch().header("Authorization", bearer(keys, "first", ISSUER, "penstock", 600)).build());

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(penstock.output()).containsOnlyOnce("Bearer tokens can't be checked").contains("https://127.0.0.1:1/keys");
    }

    @Test
    void halfOfTheSettingsStopTheStart() {
        penstock = configured("MP_JWT_VERIFY_ISSUER", ISSUER).start();
        assertThat(penstock.awaitEnd(Duration.ofSeconds(30))).isEqualTo(2);
        assertThat(penstock.output()).contains("mp.jwt.verify.issuer is set without its keys").doesNotContain("\tat ");

        penstock = configured("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://127.0.0.1:1/keys").start();
        assertThat(penstock.awaitEnd(Duration.ofSeconds(30))).isEqualTo(2);
        assertThat(penstock.output()).contains("is set without mp.jwt.verify.issuer").doesNotContain("\tat ");
    }

    @Test
    void settingsThatGuardedTheIngressOnceStopTheStart() {
        penstock = configured("QUARKUS_OIDC_TENANT_ENABLED", "true").start();
        assertThat(penstock.awaitEnd(Duration.ofSeconds(30))).isEqualTo(2);
        assertThat(penstock.output()).contains("quarkus.oidc.tenant-enabled is not read any more").doesNotContain("\tat ");
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String bearer(KeyPair keys, String keyId, String issuer, String audience, int expiresInSeconds) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        long now = Instant.now().getEpochSecond();
        var header = keyId.isEmpty() ? "{\"alg\":\"RS256\"}" : "{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}";
        var claims = "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"source\",\"iat\":%d,\"exp\":%d}".formatted(issuer, audience,
                now - 1_000, now + expiresInSeconds);
        var signed = encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + '.'
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.UTF_8));
            return "Bearer " + signed + '.' + encoder.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Serves the keys by https. */
    private static HttpsServer issuer(OwnCertificate certificate, Map<String, KeyPair> keys) throws IOException {
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
        server.createContext("/keys", request -> {
            byte[] body = jwks(keys).getBytes(StandardCharsets.UTF_8);
            request.sendResponseHeaders(200, body.length);
            request.getResponseBody().write(body);
            request.close();
        });
        server.start();
        return server;
    }

    private static String jwks(Map<String, KeyPair> keys) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        return keys.entrySet().stream().map(entry -> {
            var key = (RSAPublicKey) entry.getValue().getPublic();
            return "{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}".formatted(entry.getKey(),
                    encoder.encodeToString(key.getModulus().toByteArray()), encoder.encodeToString(key.getPublicExponent().toByteArray()));
        }).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }
}
