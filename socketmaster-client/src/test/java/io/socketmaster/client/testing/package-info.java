/** A daemon that does what a test tells it, in the test's own process. */
package io.socketmaster.client.testing;
