package io.penstock.sink;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** A document's two lines in a bulk's body, a deletion's one. Belongs to one request at a time. */
final class BulkItem {

    private static final byte[] DOC = "{\"doc\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AS_UPSERT = ",\"doc_as_upsert\":true}".getBytes(StandardCharsets.US_ASCII);
    /** How many bytes an update has around its document. */
    static final int UPDATE_FRAME = DOC.length + AS_UPSERT.length;

    private final BulkDocument document;
    private final String index;
    private final BulkSubmission submission;
    private final byte[] actionLine;
    private int attempts;
    private int misses;
    private boolean ended;

    BulkItem(BulkDocument document, String index, BulkSubmission submission) {
        this.document = document;
        this.index = index;
        this.submission = submission;
        this.actionLine = actionLine(document, index);
    }

    private static byte[] actionLine(BulkDocument document, String index) {
        var options = document.options();
        var line = "{\"" + document.action().word() + "\":{\"_index\":\"" + quoted(index) + "\",\"_id\":\"" + quoted(document.id()) + '"';
        if (options != BulkOptions.NONE) {
            line += (options.routing() == null ? "" : ",\"routing\":\"" + quoted(options.routing()) + '"')
                    + (options.version() == null ? "" : ",\"version\":" + options.version() + ",\"version_type\":\"external\"")
                    + (options.pipeline() == null ? "" : ",\"pipeline\":\"" + quoted(options.pipeline()) + '"');
        }
        return (line + "}}\n").getBytes(StandardCharsets.UTF_8);
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
        return index;
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
        return actionLine.length + switch (document.action()) {
            case DELETE -> 0;
            case UPDATE -> UPDATE_FRAME + document.source().length + 1;
            case INDEX, CREATE -> document.source().length + 1;
        };
    }

    /** Writes its lines and returns where they end. */
    int write(byte[] body, int at) {
        int end = put(actionLine, body, at);
        return switch (document.action()) {
            case DELETE -> end;
            case UPDATE -> newLine(body, put(AS_UPSERT, body, put(document.source(), body, put(DOC, body, end))));
            case INDEX, CREATE -> newLine(body, put(document.source(), body, end));
        };
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
