package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.Test;

class LateTlsTest {

    static LateTls broken() {
        return new LateTls(() -> {
            throw new NoSuchAlgorithmException("no trust store");
        });
    }

    @Test
    void javasOwnIsMadeOnceAndWhenItIsUsed() throws Exception {
        var made = new AtomicInteger();
        var real = SSLContext.getDefault();
        var context = new LateTls(() -> {
            made.incrementAndGet();
            return real;
        });
        assertThat(context.getProtocol()).isEqualTo(real.getProtocol());
        assertThat(made).hasValue(0);

        assertThat(context.createSSLEngine("localhost", 443).getPeerHost()).isEqualTo("localhost");
        assertThat(context.createSSLEngine().getPeerHost()).isNull();
        assertThat(context.getSocketFactory()).hasSameClassAs(real.getSocketFactory());
        assertThat(context.getServerSocketFactory()).hasSameClassAs(real.getServerSocketFactory());
        assertThat(context.getDefaultSSLParameters().getProtocols()).isEqualTo(real.getDefaultSSLParameters().getProtocols());
        assertThat(context.getSupportedSSLParameters().getProtocols())
                .isEqualTo(real.getSupportedSSLParameters().getProtocols());
        assertThat(context.getClientSessionContext()).isSameAs(real.getClientSessionContext());
        assertThat(context.getServerSessionContext()).isSameAs(real.getServerSessionContext());
        assertThat(made).hasValue(1);
        assertThatThrownBy(() -> context.init(null, null, null)).isInstanceOf(KeyManagementException.class);
    }

    @Test
    void whatIsWrongIsSaidWhenItIsUsed() {
        var context = broken();
        assertThatIllegalStateException().isThrownBy(context::createSSLEngine).withMessageContaining("javax.net.ssl");
    }

    @Test
    void installedItIsTheWholeProcessesAndWorks() throws Exception {
        var before = SSLContext.getDefault();
        try {
            LateTls.install();
            assertThat(SSLContext.getDefault()).isInstanceOf(LateTls.class);
            assertThat(SSLContext.getDefault().createSSLEngine().getEnabledProtocols())
                    .isEqualTo(before.createSSLEngine().getEnabledProtocols());
        } finally {
            SSLContext.setDefault(before);
        }
    }
}
