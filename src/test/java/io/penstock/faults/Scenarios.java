package io.penstock.faults;

import java.util.List;
import java.util.stream.Stream;

/** All scenarios, in the order of docs/delivery.md. */
final class Scenarios {

    private Scenarios() {
    }

    /** @param soakMinutes how long the soak takes */
    static List<Scenario> all(int soakMinutes) {
        return Stream.of(ProcessFaults.all(), ElasticsearchFaults.all(), KafkaFaults.all(), GroupFaults.all(),
                RecordFaults.all(), RouteFaults.all(), MachineFaults.all(soakMinutes))
                .flatMap(List::stream).toList();
    }
}
