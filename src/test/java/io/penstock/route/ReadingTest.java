package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Who may read which topic, in push mode. */
class ReadingTest extends RoutesFixture {

    @Test
    void inPushModeTheReadersOfATopicAreOfOneGroup() {
        pushMode();
        routes.start(List.of(file("a", reader("one", "trade,deal?groupId=x"), reader("two", "trade?groupId=x")),
                file("b", reader("three", "trade?groupId=y")), file("c", reader("four", "order")),
                file("d", reader("five", "item?groupId=x"), reader("six", "item"))));

        assertThat(ids()).containsExactlyInAnyOrder("one", "two", "four");
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/b.camel.yaml", "/r/d.camel.yaml");
        assertThat(routes.faults().getFirst().message()).contains("topic trade", "group x", "group y", "groupId");

        // Of the two, whichever ran keeps it; with the other gone, or of the same group, both run.
        routes.take(List.of(file("a", reader("one", "trade?groupId=x")), file("b", reader("three", "trade?groupId=x")),
                file("c", reader("four", "order?groupId=penstock")), file("d", reader("five", "item"))));
        assertThat(routes.faults()).isEmpty();
        routes.take(List.of(file("a", reader("one", "trade?groupId=z")), file("b", reader("three", "trade?groupId=x"))));
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/a.camel.yaml");
        assertThat(ids()).containsExactlyInAnyOrder("one", "three");

        // A pattern may have the topic.
        routes.take(List.of(file("a", reader("one", "tr.*?topicIsPattern=true&groupId=x")), file("b", reader("three", "trade?groupId=x"))));
        assertThat(routes.faults()).isEmpty();
        routes.take(List.of(file("a", reader("one", "tr.*?topicIsPattern=true&groupId=z")), file("b", reader("three", "trade?groupId=x"))));
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/a.camel.yaml");
    }

    /** Else the one that was taken back would share the topic's records with the other, which has come into its place. */
    @Test
    void aTopicThatGoesToAnotherGroupAndFileGoesBackWithTheRouteThatHadIt() {
        pushMode();
        var old = file("b", reader("two", "order"));
        routes.start(List.of(file("a", reader("one", "trade?groupId=x")), old));
        var left = file("a", reader("one", "deal?groupId=x").replace("to: file:target/readings",
                "aggregate: { aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy\", "
                        + "correlationExpression: { constant: x }, steps: [ { log: x } ] }"));
        var moved = file("b", reader("two", "tr.*?topicIsPattern=true&groupId=y"));
        routes.take(List.of(left, moved));
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/a.camel.yaml");
        assertThat(sources()).containsExactlyInAnyOrder("kafka:trade?groupId=x", "kafka:order");

        routes.take(List.of(left, moved, file("c", answer("three", "1"))));
        assertThat(sources()).containsExactlyInAnyOrder("kafka:trade?groupId=x", "kafka:order", "direct:three");

        routes.take(List.of(file("a", reader("one", "deal?groupId=x")), moved));
        assertThat(routes.faults()).isEmpty();
        assertThat(sources()).containsExactlyInAnyOrder("kafka:deal?groupId=x", "kafka:tr.*?topicIsPattern=true&groupId=y");
    }

    private List<String> sources() {
        return context.getRouteDefinitions().stream().map(route -> route.getInput().getEndpointUri()).toList();
    }

    /** Nothing that is new comes between them, and whoever does is still refused. */
    @Test
    void twoGroupsOfWhichNoneIsNewAreLeftAlone() {
        var group = new Properties();
        group.setProperty("group", "x");
        context.getPropertiesComponent().setOverrideProperties(group);
        pushMode();
        var one = file("a", reader("one", "trade?groupId=x"));
        var two = file("b", reader("two", "trade?groupId={{group}}"));
        routes.start(List.of(one, two));
        assertThat(ids()).containsExactlyInAnyOrder("one", "two");
        group.setProperty("group", "y");

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> routes.take(List.of(one, two, file("c", answer("three", "1")),
                file("d", reader("four", "order")), file("e", reader("five", "order?groupId=z")))));

        assertThat(ids()).containsExactlyInAnyOrder("one", "two", "three", "four");
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/e.camel.yaml");
    }

    @Test
    void aPatternThatIsNoneConcernsItsFileOnly() {
        pushMode();
        var bad = file("a", reader("one", "tr(?topicIsPattern=true"));
        var good = file("b", reader("two", "trade?groupId=y"));
        routes.start(List.of(bad, good));
        assertThat(ids()).containsExactly("two");
        assertThat(routes.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo("/r/a.camel.yaml");
            assertThat(fault.line()).isEqualTo(4);
            assertThat(fault.message()).contains("tr(");
        });

        routes.take(List.of(bad, good, file("c", answer("three", "1"))));
        assertThat(ids()).containsExactlyInAnyOrder("two", "three");
    }
}
