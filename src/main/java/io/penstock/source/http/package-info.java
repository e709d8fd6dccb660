/**
 * The push source: events that come by HTTP become records for the routes, and a request is answered when every record of it is
 * settled. Nothing that was answered 2xx can be lost; whatever else was answered may be sent again and is stored once.
 */
@NullMarked
package io.penstock.source.http;

import org.jspecify.annotations.NullMarked;
