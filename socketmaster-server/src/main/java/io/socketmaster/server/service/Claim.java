package io.socketmaster.server.service;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.util.List;

/**
 * A session that wants to become a service's next generation: whether it may, and in whose place it comes (contract
 * section 4). Decides only.
 *
 * @param options as asked for
 * @param owner who asks
 * @param present the generations that are not gone
 * @param <U> the kind of session
 */
record Claim<U extends Upstream>(RegistrationOptions options, String owner, List<Generation<U>> present) {

    /** The live generations of the same instance: it has come back before they were seen to be lost. */
    List<Generation<U>> ghosts() {
        // One that drains blocks nobody, and may have been left running on purpose until it is idle.
        return present.stream().filter(each -> each.isLive() && isGhost(each)).toList();
    }

    /**
     * @param holder whose the name is, unless nobody's
     * @throws ProtocolException if it may not
     */
    void check(ServiceContext context, Availability availability, String holder) throws ProtocolException {
        String name = context.name();
        if (availability instanceof Availability.Closed closed) {
            throw new ProtocolException(
                    ErrorCode.UNAVAILABLE, "service " + name + " takes no registrations: " + closed.cause());
        }
        if (!(availability instanceof Availability.Unclaimed) && !holder.equals(owner)) {
            throw new ProtocolException(
                    ErrorCode.NAME_OWNED,
                    "the name " + name + " belongs to another owner; choose another name, or stop that service first");
        }
        for (Generation<U> other : present) {
            boolean exclusive =
                    options.policy() == Policy.EXCLUSIVE || other.options().policy() == Policy.EXCLUSIVE;
            if (exclusive && other.isLive() && !isGhost(other)) {
                throw new ProtocolException(
                        ErrorCode.NAME_OWNED,
                        "the name " + name + " is held by session "
                                + other.upstream().sessionId()
                                + " under the policy exclusive; stop that one first, or register both with another policy");
            }
        }
        int limit = context.settings().generationsPerService();
        if (present.size() >= limit) {
            throw new ProtocolException(
                    ErrorCode.LIMIT,
                    "service " + name + " has " + limit + " sessions, as many as are allowed; let some of them end");
        }
    }

    private boolean isGhost(Generation<U> other) {
        return !options.instance().isEmpty() && other.options().instance().equals(options.instance());
    }
}
