package io.penstock.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.TradeRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The conversion of one record that was parsed already, as the shipped route declares it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConversionBench {

    private final FieldConversion conversion = new FieldConversion();
    private final List<Map<String, Object>> records = new ArrayList<>();
    private int next;

    @Setup
    @SuppressWarnings("unchecked")
    public void records() throws IOException {
        conversion.setInto("msgBody");
        conversion.setFields("""
                timestamp:  { epoch: seconds, format: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
                returnCode: { type: integer }
                returnError, returnMessage, requestId: { from: returnMessage, match: '^(.*?)\\[(.*)\\]\\[seqId:(.*)\\]$' }
                """);
        var json = new ObjectMapper();
        var trades = new TradeRecords(1, 0, 0, 10_000);
        for (int number = 0; number < 1_000; number++) {
            records.add(json.readValue(trades.trade(number).value(), Map.class));
        }
    }

    @Benchmark
    public Map<String, Object> convert() {
        next = next == records.size() - 1 ? 0 : next + 1;
        return conversion.convert(records.get(next));
    }
}
