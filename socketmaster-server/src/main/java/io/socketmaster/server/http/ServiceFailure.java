package io.socketmaster.server.http;

/**
 * Why a service's side of an exchange ended before its response did.
 *
 * @param ending what happened
 * @param acknowledged something had come in on the stream
 * @param responseHeard a byte of a response had come in
 * @param sentence for a person: what was seen
 */
record ServiceFailure(FailureDecision.Ending ending, boolean acknowledged, boolean responseHeard, String sentence) {}
