package io.penstock.sink;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.Trade;
import io.penstock.stack.TradeRecords;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A bulk of a thousand documents: its body put together, and its answer read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BulkBench {

    private static final int DOCUMENTS = 1_000;
    private static final BulkTarget TARGET = new BulkTarget("pre1");

    private final List<BulkDocument> documents = new ArrayList<>();
    private final byte[] answer = ("{\"items\":["
            + String.join(",", Collections.nCopies(DOCUMENTS, "{\"index\":{\"status\":201}}")) + "]}").getBytes(StandardCharsets.UTF_8);

    @Setup
    public void documents() throws IOException {
        var json = new ObjectMapper();
        var trades = new TradeRecords(1, 0, 0);
        for (int number = 0; number < DOCUMENTS; number++) {
            var document = ((Trade.Stored) trades.trade(number).outcome()).document();
            documents.add(new BulkDocument(null, null, "trade-0-" + number, BulkAction.INDEX, json.writeValueAsBytes(document)));
        }
    }

    @Benchmark
    public byte[] body() {
        var items = BulkItem.of(documents, TARGET, new BulkSubmission(DOCUMENTS));
        return BulkRequest.cut(TARGET, items, 5 << 20, false).getFirst().body();
    }

    @Benchmark
    public BulkAnswer answer() throws IOException {
        return BulkAnswer.read(new ByteArrayInputStream(answer), DOCUMENTS);
    }
}
