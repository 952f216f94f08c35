package io.socketmaster.client.forward;

import io.socketmaster.client.forward.Presence.State;
import io.socketmaster.client.session.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line when the program comes, goes, or fails its checks, under the logger {@code io.socketmaster.client}; what says the
 * same again is for debugging. Fields belong to the forwarder's loop.
 */
final class ForwardLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.socketmaster.client");

    private boolean toldAway;

    void there(Address program) {
        toldAway = false;
        LOG.info("{} answers; connections go to it", program);
    }

    void away(Address program, String reason) {
        sayAway(program + " does not answer (" + reason + "); connections wait for it");
    }

    void gone(Address program, String reason) {
        toldAway = false;
        LOG.warn("{} is gone ({}); connections wait for it", program, reason);
    }

    void unwell(Address program, String reason, State before, State now) {
        if (now == State.AWAY) {
            sayAway(program + " is not well yet (" + reason + "); connections wait for it");
        } else if (before == State.THERE && now == State.FAILING) {
            LOG.warn("{} fails its health check ({}); new connections go to others, if there are any", program, reason);
        } else {
            LOG.debug("{} fails its health check ({})", program, reason);
        }
    }

    private void sayAway(String sentence) {
        if (toldAway) {
            LOG.debug("{}", sentence);
        } else {
            toldAway = true;
            LOG.warn("{}", sentence);
        }
    }
}
