/**
 * The messages of a version 2 session's control stream ({@code ready}, {@code drain}, {@code replaced} and so on), and
 * their framing: four bytes of length, then a JSON object with a {@code type}.
 *
 * <p>Start with {@code ControlMessage}. Messages are values; the codec is confined to the caller's thread. This room
 * does not know what a message causes.
 */
package io.socketmaster.protocol.control;
