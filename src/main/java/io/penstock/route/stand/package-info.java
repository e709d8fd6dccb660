/**
 * Routes on the real engine without a service around them: fed by hand, watched step by step, storing nothing. Route tests and
 * {@code penstock try} work here.
 */
@NullMarked
package io.penstock.route.stand;

import org.jspecify.annotations.NullMarked;
