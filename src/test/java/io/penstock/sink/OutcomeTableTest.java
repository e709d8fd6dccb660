package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateExpiredException;

import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTableTest {

    @ParameterizedTest
    @CsvSource({ "INDEX,200,,Stored", "INDEX,201,,Stored", "CREATE,201,,Stored",
            "CREATE,409,version_conflict_engine_exception,Duplicate", "CREATE,409,x,Duplicate",
            "INDEX,409,version_conflict_engine_exception,Duplicate", "INDEX,409,x,Never",
            "INDEX,429,es_rejected_execution_exception,Retry", "INDEX,429,cluster_block_exception,Refused",
            "INDEX,500,x,Retry", "INDEX,500,fail_processor_exception,Never", "CREATE,500,find_match,Never",
            "INDEX,500,illegal_state_exception,Retry", "INDEX,503,fail_processor_exception,Retry",
            "INDEX,503,unavailable_shards_exception,Retry", "INDEX,302,,Retry",
            "INDEX,401,security_exception,Refused", "INDEX,403,security_exception,Refused",
            "INDEX,403,cluster_block_exception,Refused", "INDEX,400,document_parsing_exception,Never",
            "DELETE,200,,Stored", "DELETE,404,,Duplicate", "DELETE,404,index_not_found_exception,Duplicate",
            "DELETE,409,version_conflict_engine_exception,Duplicate", "DELETE,429,x,Retry", "UPDATE,200,,Stored",
            "UPDATE,409,version_conflict_engine_exception,Retry", "UPDATE,404,document_missing_exception,Never",
            "INDEX,404,index_not_found_exception,Retry", "INDEX,404,x,Never", "INDEX,413,x,Never" })
    void everyStatusHasItsOutcome(BulkAction action, int status, String type, String outcome) {
        assertThat(OutcomeTable.item(action, new BulkAnswer.Item(status, type == null ? "" : type, "r"), 1).getClass()
                .getSimpleName()).isEqualTo(outcome);
    }

    @Test
    void anIndexThatIsMissingAgainAndAgainMakesDeadLetters() {
        var missing = new BulkAnswer.Item(404, "index_not_found_exception", "r");

        assertThat(OutcomeTable.item(BulkAction.CREATE, missing, OutcomeTable.MISSES - 1))
                .isInstanceOf(ItemOutcome.Retry.class);
        assertThat(OutcomeTable.item(BulkAction.CREATE, missing, OutcomeTable.MISSES))
                .isInstanceOf(ItemOutcome.Never.class);
    }

    @Test
    void deadLetterKeepsTypeAndReason() {
        assertThat(OutcomeTable.item(BulkAction.INDEX, new BulkAnswer.Item(400, "t", "r"), 1))
                .isEqualTo(new ItemOutcome.Never("t", "r"));
    }

    @Test
    void problemsNameTheSettingToLookAt() {
        assertThat(OutcomeTable.refused(401, "security_exception").toString()).contains("elasticsearch.api-key");
        assertThat(OutcomeTable.refused(403, "security_exception").toString()).contains("may do");
        assertThat(OutcomeTable.refused(403, "cluster_block_exception").toString()).contains("index.blocks");
        assertThat(OutcomeTable.refused(429, "cluster_block_exception").toString()).contains("disks");
        assertThat(OutcomeTable.unreachable(new ConnectException()).toString()).contains("elasticsearch.hosts");
        assertThat(OutcomeTable.unreachable(new SocketTimeoutException()).toString()).contains("elasticsearch.socket-timeout");
        assertThat(OutcomeTable.unreachable(new SSLHandshakeException("x")).toString()).contains("tls.ca-certificate");
    }

    @Test
    void whatIsWrongWithACertificateIsSaid() {
        var failure = new SSLHandshakeException("PKIX path validation failed");
        failure.initCause(new CertificateExpiredException("NotAfter: Thu Jan 01\n2026"));

        assertThat(OutcomeTable.unreachable(failure).toString())
                .startsWith("SSLHandshakeException (NotAfter: Thu Jan 01 2026)");
    }

    @Test
    void problemsWithWhatIsReadAtTheStartSayThatItTakesARestart() {
        assertThat(OutcomeTable.refused(401, "security_exception").toString()).contains("restart");
        assertThat(OutcomeTable.unreachable(new SSLHandshakeException("x")).toString()).contains("restart");
    }
}
