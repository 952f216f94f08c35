package io.socketmaster.cli.agent;

import io.socketmaster.client.SocketMasterException;
import io.socketmaster.protocol.ErrorCode;

/** What the agent's commands return, as their help says. */
final class ExitCodes {
    /** Told to stop, or replaced by a newer one; what ran has finished. */
    static final int DONE = 0;
    /** The daemon refused the registration, or ended it. */
    static final int REFUSED = 1;
    /** Wrong usage, or a file that cannot be read. */
    static final int USAGE = 2;
    /** The program could not be started, ended too early, or did not answer in time. */
    static final int PROGRAM = 3;
    /** No daemon can be reached. */
    static final int UNREACHABLE = 4;

    private ExitCodes() {}

    static int of(SocketMasterException failure) {
        return failure.code() == ErrorCode.UNAVAILABLE ? UNREACHABLE : REFUSED;
    }
}
