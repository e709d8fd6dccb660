package io.penstock.sink;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** A document's two lines in a bulk's body. Belongs to one request at a time. */
final class BulkItem {

    private final BulkDocument document;
    private final String index;
    private final BulkSubmission submission;
    private final byte[] actionLine;
    private int attempts;
    private boolean ended;

    BulkItem(BulkDocument document, String index, BulkSubmission submission) {
        this.document = document;
        this.index = index;
        this.submission = submission;
        this.actionLine = actionLine(document.action(), index, document.id());
    }

    private static byte[] actionLine(BulkAction action, String index, String id) {
        var encoder = JsonStringEncoder.getInstance();
        return new StringBuilder(40 + index.length() + id.length())
                .append("{\"").append(action.word()).append("\":{\"_index\":\"").append(encoder.quoteAsString(index))
                .append("\",\"_id\":\"").append(encoder.quoteAsString(id)).append("\"}}\n")
                .toString().getBytes(StandardCharsets.UTF_8);
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

    /** Notes that it has ended, and is not to be sent or settled any more. */
    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    int bytes() {
        return actionLine.length + document.source().length + 1;
    }

    /** Writes both lines and returns where they end. */
    int write(byte[] body, int at) {
        System.arraycopy(actionLine, 0, body, at, actionLine.length);
        at += actionLine.length;
        System.arraycopy(document.source(), 0, body, at, document.source().length);
        at += document.source().length;
        body[at] = '\n';
        return at + 1;
    }
}
