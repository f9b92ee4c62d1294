/** LocalStack in a container, where a Docker engine answers. */
@NullMarked
package dev.peras.localstack;

import org.jspecify.annotations.NullMarked;
