/**
 * What a burst does to many instances behind an autoscaler, by the autoscalers' published algorithms and defaults.
 * {@code docs/scaling.md} shows what comes of it.
 */
@NullMarked
package io.penstock.bench.simulation;

import org.jspecify.annotations.NullMarked;
