package io.penstock.source.http;

/** The request is not what it claims to be, and sending it again would not help. The message goes back to the sender. */
final class MalformedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedRequestException(String message) {
        super(message);
    }
}
