/**
 * Consumers that never see a broker: their {@code poll} is fed, by the HTTP ingress or by a route test, so that the same
 * unchanged route runs behind any source.
 */
@NullMarked
package io.penstock.source.fed;

import org.jspecify.annotations.NullMarked;
