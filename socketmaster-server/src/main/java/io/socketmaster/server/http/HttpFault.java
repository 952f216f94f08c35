package io.socketmaster.server.http;

/**
 * Why a request is refused. The connection is closed after the answer: where one message begins and the other ends is in
 * doubt.
 *
 * @param status of the answer
 * @param sentence what is wrong, for a person; of our own words, never of the client's bytes
 * @param clause the rule, such as {@code RFC 9112 section 5.2}
 */
record HttpFault(int status, String sentence, String clause) {
    static HttpFault bad(String sentence, String clause) {
        return new HttpFault(400, sentence, clause);
    }
}
