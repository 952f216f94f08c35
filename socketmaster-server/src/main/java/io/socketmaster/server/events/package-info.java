/**
 * What the daemon tells about itself: one listener interface with a method per thing worth knowing.
 *
 * <p>Start with {@code DaemonEvents}. The rooms call it with plain JDK values; log, metrics and the control API's event
 * stream are implementations of it, joined by {@code CompositeEvents}. Calls come from any thread, event loops included, so
 * an implementation returns at once and never throws.
 *
 * <p>This room looks at the JDK only and knows none of the others.
 */
package io.socketmaster.server.events;
