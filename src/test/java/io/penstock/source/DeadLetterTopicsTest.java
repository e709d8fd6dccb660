package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterTopicsTest {

    private static boolean reads(String uri, String pattern, String topic) {
        return new DeadLetterTopics(uri).leftOutOf(Pattern.compile(pattern)).matcher(topic).matches();
    }

    @ParameterizedTest
    @CsvSource({"trade.*,trade.dead-letters", "trade.*,trade-eu.dead-letters", ".*,trade.dead-letters.dead-letters",
        "trade(\\..*)?,trade.dead-letters", "a|b|a[.]dead-letters,a.dead-letters", "(?i)TRADE.*,trade.dead-letters",
        ".*\\.dead-letters,trade.dead-letters.dead-letters"})
    void aPatternDoesNotReadWhereDeadLettersOfItsTopicsAreKept(String pattern, String topic) {
        assertThat(topic).matches(pattern);
        for (var uri : new String[] {"kafka:{topic}.dead-letters", "kafka://{topic}.dead-letters?brokers=a:1"}) {
            assertThat(reads(uri, pattern, topic)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"trade.*,trade", "trade.*,trade.dead-letters-of-mine", "trade.*,tradeXdead-letters", ".*\\.dead-letters,trade.dead-letters",
        "trade|deal\\.dead-letters,deal.dead-letters", "a|b,b", "(a|b)-\\1,b-b", "(?<x>a|b)-\\k<x>,a-a"})
    void itReadsEveryOtherThatItMatches(String pattern, String topic) {
        assertThat(reads("kafka:{topic}.dead-letters", pattern, topic)).isTrue();
        assertThat(reads("kafka:{topic}.dead-letters", pattern, "other")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"kafka:dlq?lingerMs=5,dlq,false", "kafka:dlq,dlq2,true", "kafka:dead.{topic},dead.trade,false",
        "kafka:in.{topic}.dead,in.trade.dead,false", "kafka:{topic}.dead,trade.dead-letters,true",
        "kafka:{topic}?brokers=other:9092,trade,true", "file:{topic}.dead-letters,trade.dead-letters,true", "elasticsearch:es?indexName=x,x,true"})
    void theUriSaysWhichTheyAre(String uri, String topic, boolean isRead) {
        assertThat(reads(uri, ".*", topic)).isEqualTo(isRead);
    }
}
