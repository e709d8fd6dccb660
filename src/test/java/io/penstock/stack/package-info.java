/**
 * Real Kafka, Elasticsearch and Penstock processes for tests and the demo, resolved from Maven Central by coordinates.
 * What goes in and what must come out is known here independently of Penstock's own code.
 */
@NullMarked
package io.penstock.stack;

import org.jspecify.annotations.NullMarked;
