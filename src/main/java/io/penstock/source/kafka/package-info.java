/**
 * The pull source: a Kafka consumer with an offset ledger around its {@code poll}, handed to camel-kafka through its client
 * factory. Offsets are committed on the poll thread alone, and only up to the first that is not settled.
 */
@NullMarked
package io.penstock.source.kafka;

import org.jspecify.annotations.NullMarked;
