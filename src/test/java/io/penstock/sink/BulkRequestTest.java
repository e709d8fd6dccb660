package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class BulkRequestTest {

    private static final BulkTarget TARGET = new BulkTarget("pre1");

    private static List<BulkItem> items(BulkDocument... documents) {
        return BulkItem.of(List.of(documents), TARGET, new BulkSubmission(documents.length));
    }

    private static BulkItem item(String id, int size) {
        var source = "{\"s\":\"" + "x".repeat(size) + "\"}";
        var document = new BulkDocument(null, null, id, BulkAction.CREATE, source.getBytes(StandardCharsets.UTF_8));
        return items(document).getFirst();
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
        var items = items(
                new BulkDocument(null, null, "a", BulkAction.UPDATE, "{\"n\":1}".getBytes(StandardCharsets.UTF_8)),
                new BulkDocument(null, null, "b", BulkAction.DELETE, new byte[0], new BulkOptions(null, 8L, null)),
                new BulkDocument(null, null, "c", BulkAction.INDEX, "{}".getBytes(StandardCharsets.UTF_8), options));
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
    void bodyIsWhatAnyOtherWriterOfJsonMakesOfTheSameItems() throws IOException {
        var names = List.of("pre1", "a-0-1", "", "错误", "é", "x\u007f", "\ud83d\ude00", "a\"b\\c", "t\t\u0001");
        var options = List.of(BulkOptions.NONE, new BulkOptions(null, null, null), new BulkOptions("r\"错", null, null),
                new BulkOptions(null, Long.MAX_VALUE, null), new BulkOptions(null, null, "p"), new BulkOptions("r", 0L, "p"));
        var documents = new ArrayList<BulkDocument>();
        for (var index : names) {
            for (var action : BulkAction.values()) {
                for (var id : names) {
                    // Now and then the endpoint's index, so that what two lines have in common changes in every way.
                    options.forEach(option -> documents.add(new BulkDocument(null, documents.size() % 5 == 0 ? null : index, id,
                            action, action == BulkAction.DELETE ? new byte[0] : "{\"错\":1}".getBytes(StandardCharsets.UTF_8), option)));
                }
            }
        }
        var items = items(documents.toArray(BulkDocument[]::new));
        var expected = new ByteArrayOutputStream();
        for (int i = 0; i < documents.size(); i++) {
            var lines = lines(documents.get(i));
            expected.write(lines);
            assertThat(items.get(i).bytes()).isEqualTo(lines.length);
            assertThat(items.get(i).index()).isEqualTo(TARGET.indexOf(documents.get(i)));
        }

        assertThat(new BulkRequest(TARGET, items, false, 0).body()).isEqualTo(expected.toByteArray());
    }

    private static byte[] lines(BulkDocument document) throws IOException {
        var json = new JsonMapper();
        var line = json.createObjectNode();
        var about = line.putObject(document.action().word()).put("_index", TARGET.indexOf(document)).put("_id", document.id());
        if (document.options().routing() != null) {
            about.put("routing", document.options().routing());
        }
        if (document.options().version() != null) {
            about.put("version", document.options().version()).put("version_type", "external");
        }
        if (document.options().pipeline() != null) {
            about.put("pipeline", document.options().pipeline());
        }
        var lines = line + "\n";
        if (document.action() == BulkAction.UPDATE) {
            var update = json.createObjectNode();
            update.set("doc", json.readTree(document.source()));
            lines += update.put("doc_as_upsert", true) + "\n";
        } else if (document.action() != BulkAction.DELETE) {
            lines += new String(document.source(), StandardCharsets.UTF_8) + '\n';
        }
        return lines.getBytes(StandardCharsets.UTF_8);
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
