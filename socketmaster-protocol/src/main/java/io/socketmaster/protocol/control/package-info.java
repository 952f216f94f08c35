/**
 * The messages of a version 2 session's control stream ({@code ready}, {@code drain}, {@code replaced} and so on), and
 * their framing: four bytes of length, then a JSON object with a {@code type}.
 *
 * <p>Start with {@link io.socketmaster.protocol.control.ControlMessage};
 * {@link io.socketmaster.protocol.control.ControlMessageDecoder} and
 * {@link io.socketmaster.protocol.control.ControlMessageEncoder} turn bytes into messages and back. Messages are values;
 * the codec is confined to the caller's thread. This room does not know what a message causes.
 */
package io.socketmaster.protocol.control;
