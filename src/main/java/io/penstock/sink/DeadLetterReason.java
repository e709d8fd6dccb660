package io.penstock.sink;

/**
 * Why a record became a dead letter.
 *
 * @param step      where it failed: the id of the route's step, or {@code bulk}
 * @param message   what is wrong, for the person who reads the dead letter; may quote the record
 * @param exception the type of the failure: a Java class name or Elasticsearch's error type
 * @param attempts  how often storing the record was tried, 1 or more
 */
public record DeadLetterReason(String step, String message, String exception, int attempts) {
}
