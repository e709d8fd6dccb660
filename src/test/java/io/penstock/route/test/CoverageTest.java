package io.penstock.route.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {

    @ParameterizedTest
    @CsvSource({"true, true, is dropped by", "true, false, is dropped by", "false, false, passes"})
    void aRecordThatFailsBehindAFilterHasPassedIt(boolean wentIn, boolean isFailed, String gap) {
        var coverage = new Coverage();
        var filter = new FilterDefinition();
        var route = new RouteDefinition();
        route.addOutput(filter);
        var exchange = new DefaultExchange(new DefaultCamelContext());
        coverage.entering(filter, exchange);
        if (isFailed) {
            exchange.setException(new IllegalStateException());
        }

        coverage.left(filter, exchange, wentIn);

        assertThat(coverage.of(List.of(route)).gaps()).singleElement().asString().contains("no case " + gap + " this filter");
    }
}
