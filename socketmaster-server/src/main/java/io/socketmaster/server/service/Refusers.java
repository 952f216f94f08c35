package io.socketmaster.server.service;

/**
 * The generations that refused one applicant's stream: it is not sent to them again, or the two would go in circles, unless
 * they have asked to stand by since and are ready again. An immutable chain, {@code null} when empty; as long as the number of
 * refusals that the applicant met within its hold.
 *
 * @param turn the generation's {@link Generation#turn()} when it was asked
 */
record Refusers<U extends Upstream>(Generation<U> generation, int turn, Refusers<U> others) {
    static <U extends Upstream> boolean contains(Refusers<U> chain, Generation<U> wanted) {
        for (Refusers<U> link = chain; link != null; link = link.others) {
            if (link.generation == wanted && link.turn == wanted.turn()) {
                return true;
            }
        }
        return false;
    }
}
