/**
 * The delivery of a record: who still holds it, when it is settled, and how many may be in flight. Nothing here knows
 * Kafka's consumer, Camel or Elasticsearch.
 */
@NullMarked
package io.penstock.delivery;

import org.jspecify.annotations.NullMarked;
