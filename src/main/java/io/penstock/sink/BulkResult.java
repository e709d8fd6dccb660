package io.penstock.sink;

import io.quarkus.runtime.annotations.RegisterForReflection;

import org.jspecify.annotations.Nullable;

/**
 * How the documents handed to the sink together have ended: the body of the exchange behind a bulk.
 *
 * @param documents    how many there were
 * @param stored       how many were stored
 * @param duplicates   how many were there already
 * @param deadLettered how many can never be stored
 * @param firstFailure why the first of them that has no delivery can't; null if there is none. It may quote the document.
 */
@RegisterForReflection
public record BulkResult(int documents, int stored, int duplicates, int deadLettered, @Nullable String firstFailure) {
}
