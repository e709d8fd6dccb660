package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class AnswersTest {

    private static final FunctionEvent LAMBDA = read("""
            {"eventSource":"aws:kafka","records":{"a-b-0":[{"topic":"a-b","partition":0,"offset":15},{"topic":"a-b","partition":0,
             "offset":16}],"a-b-1":[{"topic":"a-b","partition":1,"offset":7}]}}""");
    private static final FunctionEvent CKAFKA = read("""
            {"Records":[{"Ckafka":{"topic":"t","partition":1,"offset":36,"msgBody":"x"}}]}""");

    private static FunctionEvent read(String json) {
        return FunctionEvent.read(json.getBytes(StandardCharsets.UTF_8), new BatchLimit(10));
    }

    private static Answer answer(FunctionEvent event, Reception reception, boolean batchItemFailures) {
        var config = new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(PushConfig.class)
                .withDefaultValue("penstock.push.batch-item-failures", String.valueOf(batchItemFailures)).build();
        return new Answers(config.getConfigMapping(PushConfig.class)).ofFunction(event, reception);
    }

    @Test
    void lambdaIsToldWhichRecordsToSendAgainInItsOwnForm() {
        var late = new Reception.Late(List.of(LAMBDA.arrivals().get(1), LAMBDA.arrivals().get(2)));

        var answer = answer(LAMBDA, late, true);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":{\"partition\":\"a-b-0\",\"offset\":16}},"
                + "{\"itemIdentifier\":{\"partition\":\"a-b-1\",\"offset\":7}}]}");
    }

    @Test
    void withoutLeaveToAnswerByRecordTheBatchFailsIfSomethingMustBeSentAgain() {
        assertThat(answer(LAMBDA, new Reception.Late(LAMBDA.arrivals()), false).status()).isEqualTo(503);
        assertThat(answer(CKAFKA, new Reception.Late(CKAFKA.arrivals()), true).status()).isEqualTo(503);
    }

    @Test
    void ofRecordsThatWereNotTakenInTheBatchFails() {
        assertThat(answer(LAMBDA, new Reception.Full(), true).status()).isEqualTo(429);
        assertThat(answer(LAMBDA, new Reception.Stopping(), true).status()).isEqualTo(503);
        assertThat(answer(LAMBDA, new Reception.Unread("a-b"), true).status()).isEqualTo(404);
    }

    @Test
    void whatIsSettledIsASuccess() {
        assertThat(answer(LAMBDA, new Reception.Settled(), false).body()).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(answer(CKAFKA, new Reception.Settled(), false).body()).isEqualTo("{\"settled\":1}");
    }
}
