package io.penstock.sink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import org.jspecify.annotations.Nullable;

/** A document's two lines in a bulk's body, a deletion's one. Belongs to one request at a time. */
final class BulkItem {

    private static final byte[] DOC = "{\"doc\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AS_UPSERT = ",\"doc_as_upsert\":true}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEHIND_ID = "\"}}\n".getBytes(StandardCharsets.US_ASCII);
    /** How many bytes an update has around its document. */
    static final int UPDATE_FRAME = DOC.length + AS_UPSERT.length;

    private final BulkDocument document;
    private final LineStart start;
    private final BulkSubmission submission;
    /** The action line from the id on; null if that is the id as it is and nothing else. */
    private final byte @Nullable [] rest;
    private final int bytes;
    private int attempts;
    private int misses;
    private boolean ended;

    /** What the action lines of all documents with the same action and index have in common, up to the id. */
    private record LineStart(BulkAction action, String index, byte[] line) {

        static LineStart of(BulkAction action, String index) {
            var line = "{\"" + action.word() + "\":{\"_index\":\"" + quoted(index) + "\",\"_id\":\"";
            return new LineStart(action, index, line.getBytes(StandardCharsets.UTF_8));
        }

        boolean isOf(BulkAction action, String index) {
            return this.action == action && this.index.equals(index);
        }
    }

    private BulkItem(BulkDocument document, LineStart start, BulkSubmission submission) {
        this.document = document;
        this.start = start;
        this.submission = submission;
        this.rest = document.options() == BulkOptions.NONE && isPlain(document.id()) ? null : rest(document);
        this.bytes = start.line.length + (rest == null ? document.id().length() + BEHIND_ID.length : rest.length)
                + switch (document.action()) {
                    case DELETE -> 0;
                    case UPDATE -> UPDATE_FRAME + document.source().length + 1;
                    case INDEX, CREATE -> document.source().length + 1;
                };
    }

    /** @throws IllegalArgumentException if neither a document nor the target names an index */
    static List<BulkItem> of(List<BulkDocument> documents, BulkTarget target, BulkSubmission submission) {
        var items = new ArrayList<BulkItem>(documents.size());
        LineStart start = null;
        for (int i = 0; i < documents.size(); i++) {
            var document = documents.get(i);
            var index = target.indexOf(document);
            if (start == null || !start.isOf(document.action(), index)) {
                start = LineStart.of(document.action(), index);
            }
            items.add(new BulkItem(document, start, submission));
        }
        return items;
    }

    private static byte[] rest(BulkDocument document) {
        var options = document.options();
        var rest = quoted(document.id()) + '"'
                + (options.routing() == null ? "" : ",\"routing\":\"" + quoted(options.routing()) + '"')
                + (options.version() == null ? "" : ",\"version\":" + options.version() + ",\"version_type\":\"external\"")
                + (options.pipeline() == null ? "" : ",\"pipeline\":\"" + quoted(options.pipeline()) + '"');
        return (rest + "}}\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return isPlain(text) ? text : new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    /** Whether it stands for itself in JSON. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    BulkDocument document() {
        return document;
    }

    String index() {
        return start.index;
    }

    BulkSubmission submission() {
        return submission;
    }

    /** How often it was sent. */
    int attempts() {
        return attempts;
    }

    void sent() {
        attempts++;
    }

    /** How often its index wasn't there. */
    int misses() {
        return misses;
    }

    void missed() {
        misses++;
    }

    /** Notes that it has ended, and is not to be sent or settled any more. */
    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    int bytes() {
        return bytes;
    }

    /** Writes its lines and returns where they end. */
    int write(byte[] body, int at) {
        int end = put(start.line, body, at);
        end = rest != null ? put(rest, body, end) : put(BEHIND_ID, body, putPlain(document.id(), body, end));
        return switch (document.action()) {
            case DELETE -> end;
            case UPDATE -> newLine(body, put(AS_UPSERT, body, put(document.source(), body, put(DOC, body, end))));
            case INDEX, CREATE -> newLine(body, put(document.source(), body, end));
        };
    }

    /** That of a plain text: of its characters the old method takes the lower bytes, without an array between. */
    @SuppressWarnings("deprecation")
    private static int putPlain(String text, byte[] body, int at) {
        text.getBytes(0, text.length(), body, at);
        return at + text.length();
    }

    private static int put(byte[] bytes, byte[] body, int at) {
        System.arraycopy(bytes, 0, body, at, bytes.length);
        return at + bytes.length;
    }

    private static int newLine(byte[] body, int at) {
        body[at] = '\n';
        return at + 1;
    }
}
