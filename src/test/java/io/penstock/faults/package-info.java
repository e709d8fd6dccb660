/**
 * The fault suite: real servers and a real Penstock process, faults injected at random moments from a seed, and every record
 * accounted for afterwards. Started by {@code bin/test --faults}; a subset with a fixed seed runs as {@code FaultsIT}.
 */
@NullMarked
package io.penstock.faults;

import org.jspecify.annotations.NullMarked;
