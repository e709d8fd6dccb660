package io.penstock.route.check;

/**
 * Something wrong in a route file.
 *
 * @param file    as it was given
 * @param line    from 1
 * @param column  from 1
 * @param message what is wrong
 * @param hint    what to write instead; may be empty
 */
public record Finding(String file, int line, int column, Severity severity, String message, String hint) {

    /** How bad it is. */
    public enum Severity {
        /** The file must not run. */
        ERROR,
        /** It runs, but not well. */
        WARNING
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code file:line:column: message; hint}. */
    @Override
    public String toString() {
        return file + ':' + line + ':' + column + ": " + (isError() ? "" : "warning: ") + message
                + (hint.isEmpty() ? "" : "; " + hint);
    }
}
