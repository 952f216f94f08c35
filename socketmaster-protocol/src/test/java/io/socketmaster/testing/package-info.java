/** What the tests of every module share; part of the protocol's test-jar. */
package io.socketmaster.testing;
