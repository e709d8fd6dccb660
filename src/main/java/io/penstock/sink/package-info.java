/**
 * Where records end: bulk assembly, the outcome of each item, retries, and dead letters. Everything here holds a
 * {@link io.penstock.delivery.Delivery} until Elasticsearch or the dead letter endpoint has acknowledged it.
 */
@NullMarked
package io.penstock.sink;

import org.jspecify.annotations.NullMarked;
