/**
 * Push mode as its users have it: the packaged service fed by HTTP, with real Kafka and Elasticsearch behind. The dispatcher and
 * the activator stand in for Knative's, whose rules they follow.
 */
@NullMarked
package io.penstock.push;

import org.jspecify.annotations.NullMarked;
