package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.stack.Trade;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerificationTest {

    private static final int RECORDS = 500;

    private final Load load = new Load(7, 0, 0, RECORDS).prepared();
    private Verification verification;

    @BeforeEach
    void allAreThereButTheFirst() {
        verification = new Verification(load);
        for (int number = 1; number < RECORDS; number++) {
            if (load.trades().trade(number).outcome() instanceof Trade.Stored(var document)) {
                verification.document("trade-0-" + number, document);
            }
        }
    }

    @Test
    void allThatIsExpectedIsRight() {
        verification.document("trade-0-0", document(0));
        assertThat(verification.verdict()).isEmpty();
    }

    @Test
    void aDocumentThatIsMissingIsSeen() {
        assertThat(verification.verdict()).startsWith("1 documents missing");
    }

    @Test
    void aDocumentThatIsNotTheRecordsIsSeen() {
        // When
        verification.document("trade-0-0", Map.of("msgBody", Map.of("requestId", "u3Becr8iz*", "returnCode", 101103)));

        // Then
        assertThat(verification.verdict()).contains("1 wrong").contains("not expected: document trade-0-0 of record 0");
    }

    @Test
    void aFilteredRecordsDocumentIsSeen() {
        // Given
        int filtered = 0;
        while (!(load.trades().trade(filtered).outcome() instanceof Trade.Filtered)) {
            filtered++;
        }

        // When
        verification.document("trade-0-0", document(0));
        verification.document("x", Map.of("msgBody", Map.of("requestId", "u" + filtered + "z1*")));

        // Then
        assertThat(verification.verdict()).contains("1 wrong");
    }

    @Test
    void theSameDocumentUnderAnotherIdIsSeenAndUnderItsOwnAllowed() {
        // When
        verification.document("trade-0-0", document(0));
        verification.document("trade-0-0", document(0));

        // Then
        assertThat(verification.verdict()).isEmpty();
        assertThat(verification.rewritten()).isEqualTo(1);

        // When
        verification.document("trade-0-9999", document(0));

        // Then
        assertThat(verification.verdict()).contains("record 0 is stored twice, as trade-0-0 and trade-0-9999");
    }

    private Map<String, Object> document(int number) {
        return ((Trade.Stored) load.trades().trade(number).outcome()).document();
    }
}
