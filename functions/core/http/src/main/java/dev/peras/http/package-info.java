/** The HTTP contract: calls, requests and responses, and API Gateway's events in and out. */
@NullMarked
package dev.peras.http;

import org.jspecify.annotations.NullMarked;
