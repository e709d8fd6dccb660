package io.penstock.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate for 127.0.0.1 that nobody but itself has signed.
 *
 * @param server for a server that shows it
 * @param pem    it alone, for those who are to trust it
 * @param store  a trust store with it, which {@link #PASSWORD} opens
 */
public record OwnCertificate(SSLContext server, Path pem, Path store) {

    public static final String PASSWORD = "password";

    /** Its files are kept in {@code folder}. */
    public static OwnCertificate in(Path folder) {
        var keys = folder.resolve("keys.p12");
        var pem = folder.resolve("certificate.pem");
        var store = folder.resolve("trust.p12");
        keytool(keys, "-genkeypair", "-alias", "own", "-keyalg", "RSA", "-dname", "CN=own", "-ext", "san=ip:127.0.0.1");
        keytool(keys, "-exportcert", "-rfc", "-alias", "own", "-file", pem.toString());
        keytool(store, "-importcert", "-noprompt", "-alias", "own", "-file", pem.toString());
        try {
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
            var server = SSLContext.getInstance("TLS");
            server.init(managers.getKeyManagers(), null, null);
            return new OwnCertificate(server, pem, store);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keytool(Path store, String... arguments) {
        var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
