/**
 * The yardstick: what Penstock's throughput, CPU time and memory are held against, on a real Kafka. {@code bench/README.md} shows
 * what it found.
 */
@NullMarked
package io.penstock.bench;

import org.jspecify.annotations.NullMarked;
