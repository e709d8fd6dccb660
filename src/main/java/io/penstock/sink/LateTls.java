package io.penstock.sink;

import java.security.KeyManagementException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.concurrent.Callable;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;

/**
 * Java's own TLS context, with its trust store read when it is used first: Elasticsearch's client asks for the context even
 * where it encrypts nothing or trusts a CA of its own, and a JVM reads 150 certificates for it, 9 MB, at the start.
 * Thread-safe. Its use throws {@link IllegalStateException} if Java's TLS settings are wrong.
 */
public final class LateTls extends SSLContext {

    private static final String NAME = "Default";

    LateTls(Callable<SSLContext> real) {
        // Java's, asked for here, would load three others before it.
        super(new Late(real), new Provider("Penstock", "1", "Java's own TLS, read late") { }, NAME);
    }

    /** For the whole process; before anything asks for Java's own context. */
    public static void install() {
        setDefault(new LateTls(() -> getInstance(NAME)));
    }

    private static final class Late extends SSLContextSpi {

        private final Callable<SSLContext> read;
        private @Nullable SSLContext real;

        Late(Callable<SSLContext> read) {
            this.read = read;
        }

        private synchronized SSLContext real() {
            var known = real;
            if (known == null) {
                try {
                    known = read.call();
                } catch (Exception e) {
                    throw new IllegalStateException("Java's own TLS settings (javax.net.ssl.*) don't work", e);
                }
                real = known;
            }
            return known;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) throws KeyManagementException {
            throw new KeyManagementException("Java's own TLS context is made already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return real().getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return real().getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return real().createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return real().createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return real().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return real().getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return real().getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return real().getSupportedSSLParameters();
        }
    }
}
