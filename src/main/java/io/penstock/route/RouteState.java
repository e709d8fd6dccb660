package io.penstock.route;

import java.time.Instant;

/**
 * A route that a file gives.
 *
 * @param id    its id
 * @param file  the file's path
 * @param state Camel's word: Started, Stopped, ...
 * @param since when this version of it was started
 */
public record RouteState(String id, String file, String state, Instant since) {
}
