/** Where records come from: each source mode makes a delivery for every record and lets go of it only when it is settled. */
@NullMarked
package io.penstock.source;

import org.jspecify.annotations.NullMarked;
