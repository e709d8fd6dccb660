/**
 * The images, as far as they are known without Docker: their Dockerfiles are read, and the commands in their stages run.
 */
@NullMarked
package io.penstock.images;

import org.jspecify.annotations.NullMarked;
