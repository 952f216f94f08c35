package io.socketmaster.server.service;

/**
 * The generations that refused one applicant's stream: it is not sent to them again, or the two would go in circles. An
 * immutable chain, {@code null} when empty; as long as the number of sessions that the applicant met within its hold.
 */
record Refusers<U extends Upstream>(Generation<U> generation, Refusers<U> others) {
    static <U extends Upstream> boolean contains(Refusers<U> chain, Generation<U> wanted) {
        for (Refusers<U> link = chain; link != null; link = link.others) {
            if (link.generation == wanted) {
                return true;
            }
        }
        return false;
    }
}
