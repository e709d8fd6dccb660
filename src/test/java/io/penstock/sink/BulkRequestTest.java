package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

class BulkRequestTest {

    private static final BulkTarget TARGET = new BulkTarget("pre1");

    private static BulkItem item(String id, int size) {
        var source = "{\"s\":\"" + "x".repeat(size) + "\"}";
        var document = new BulkDocument(null, null, id, BulkAction.CREATE, source.getBytes(StandardCharsets.UTF_8));
        return new BulkItem(document, "pre1", new BulkSubmission(1));
    }

    @Test
    void bodyIsTwoLinesForEachItemWithEverythingEscaped() {
        var request = new BulkRequest(TARGET, List.of(item("a\"b\\c\n错", 1), item("d", 2)), false, 0);

        assertThat(new String(request.body(), StandardCharsets.UTF_8)).isEqualTo("""
                {"create":{"_index":"pre1","_id":"a\\"b\\\\c\\n错"}}
                {"s":"x"}
                {"create":{"_index":"pre1","_id":"d"}}
                {"s":"xx"}
                """);
        assertThat(request.body()).hasSize((int) request.bytes());
    }

    @Test
    void everyActionHasItsLines() {
        var options = new BulkOptions("r\"", 7L, "p");
        var items = Stream.of(
                new BulkDocument(null, null, "a", BulkAction.UPDATE, "{\"n\":1}".getBytes(StandardCharsets.UTF_8)),
                new BulkDocument(null, null, "b", BulkAction.DELETE, new byte[0], new BulkOptions(null, 8L, null)),
                new BulkDocument(null, null, "c", BulkAction.INDEX, "{}".getBytes(StandardCharsets.UTF_8), options))
                .map(document -> new BulkItem(document, "pre1", new BulkSubmission(1))).toList();
        var request = new BulkRequest(TARGET, items, false, 0);

        assertThat(new String(request.body(), StandardCharsets.UTF_8)).isEqualTo("""
                {"update":{"_index":"pre1","_id":"a"}}
                {"doc":{"n":1},"doc_as_upsert":true}
                {"delete":{"_index":"pre1","_id":"b","version":8,"version_type":"external"}}
                {"index":{"_index":"pre1","_id":"c","routing":"r\\"","version":7,"version_type":"external","pipeline":"p"}}
                {}
                """);
        assertThat(request.body()).hasSize((int) request.bytes());
        assertThat(items).allSatisfy(item -> assertThat(item.document().bytes()).isGreaterThanOrEqualTo(item.bytes()));
    }

    @Test
    void batchIsCutByBytesAndALargerItemGoesAlone() {
        var requests = BulkRequest.cut(TARGET, List.of(item("a", 10), item("b", 10), item("c", 500), item("d", 10)), 150,
                false);

        assertThat(requests).extracting(r -> r.items().size()).containsExactly(2, 1, 1);
    }

    @Test
    void onlyOpenRequestsOfTheSameTargetJoin() {
        var open = new BulkRequest(TARGET, List.of(item("a", 1)), true, 0);

        assertThat(open.join(new BulkRequest(new BulkTarget("other"), List.of(item("b", 1)), true, 0), 1000, 10)).isFalse();
        assertThat(open.join(new BulkRequest(TARGET, List.of(item("b", 1)), false, 0), 1000, 10)).isFalse();
        assertThat(open.join(new BulkRequest(TARGET, List.of(item("b", 1)), true, 0), 60, 10)).isFalse();
        assertThat(open.join(new BulkRequest(TARGET, List.of(item("b", 1)), true, 0), 1000, 10)).isTrue();
        assertThat(open.items()).hasSize(2);
    }
}
