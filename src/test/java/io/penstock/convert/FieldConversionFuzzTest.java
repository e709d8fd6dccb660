package io.penstock.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Records and declarations nobody thought of: each has its one way to be refused. */
class FieldConversionFuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FIELDS = """
            timestamp:  { epoch: seconds, format: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
            returnCode: { type: integer }
            returnError, returnMessage, requestId: { from: returnMessage, match: '^(.*?)\\[(.*)\\]\\[seqId:(.*)\\]$' }
            """;

    @FuzzTest(maxDuration = "5m")
    void aRecordIsConvertedOrRefused(byte[] record) {
        var conversion = new FieldConversion();
        conversion.setInto("msgBody");
        conversion.setFields(FIELDS);
        try {
            assertThat(conversion.convert(JSON.readValue(record, Object.class))).containsOnlyKeys("msgBody");
        } catch (IOException | ConversionException _) {
            // Refused as it should be
        }
    }

    @FuzzTest(maxDuration = "5m")
    void aDeclarationIsTakenOrRefused(FuzzedDataProvider data) {
        var conversion = new FieldConversion();
        try {
            conversion.setInto(data.consumeString(20));
            conversion.setFields(data.consumeRemainingAsString());
        } catch (IllegalArgumentException _) {
            // Refused as it should be
        }
    }
}
