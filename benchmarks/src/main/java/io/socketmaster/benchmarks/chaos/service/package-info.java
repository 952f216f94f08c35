/** The chaos program's service, a process of its own. Start at {@code ChaosServiceMain}; {@code Journal} is how it testifies. */
package io.socketmaster.benchmarks.chaos.service;
