package io.penstock.route;

import java.util.List;
import java.util.Optional;

/**
 * How the service is at one moment.
 *
 * @param loaded          false while the route files are read for the first time
 * @param routes          the routes that files give
 * @param faults          what is wrong with route files
 * @param recordsInFlight records taken in and not settled yet
 * @param bytesInFlight   their bytes
 * @param lag             records in Kafka, of the partitions this process has, that are not taken in yet
 * @param kafka           why records can't be polled, if so
 * @param elasticsearch   why documents can't be stored, if so
 * @param deadLetters     why dead letters can't be kept, if so
 */
public record StatusReport(boolean loaded, List<RouteState> routes, List<RouteFault> faults, long recordsInFlight,
        long bytesInFlight, long lag, Optional<String> kafka, Optional<String> elasticsearch, Optional<String> deadLetters) {

    /** True when nothing is wrong. */
    public boolean isFine() {
        return loaded && faults.isEmpty() && routes.stream().allMatch(route -> route.state().equals("Started"))
                && kafka.isEmpty() && elasticsearch.isEmpty() && deadLetters.isEmpty();
    }
}
