package io.socketmaster.server.service;

/** What {@link Service#admit} gives back: the way to leave before there was an answer. */
public interface Admission {
    /** For an applicant that was refused on the spot. */
    Admission ANSWERED = () -> {};

    /**
     * The client went away: the applicant leaves the queue and gets no answer any more. Any thread, any number of times. Does
     * nothing once the answer was decided: a grant that is on its way at this moment still arrives, and is owed its {@link
     * Grant#ended()}.
     */
    void cancel();
}
