package io.socketmaster.server.listener;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.net.BindException;

/** Why an address could not be bound, in the protocol's words and with the remedy. */
final class BindFailure {
    private BindFailure() {}

    static ProtocolException explain(String address, Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        if (reason.contains("Permission denied") || reason.contains("EACCES")) {
            return new ProtocolException(
                    ErrorCode.PORT_DENIED,
                    "the daemon may not bind " + address + " (" + reason + "); choose a port from 1024 up, or give the"
                            + " daemon the right to bind low ports",
                    cause);
        }
        if (reason.contains("Address already in use") || reason.contains("EADDRINUSE")) {
            return new ProtocolException(
                    ErrorCode.PORT_IN_USE,
                    address + " is held by another program, or by this daemon on an overlapping address; free it or"
                            + " choose another port",
                    cause);
        }
        if (reason.contains("Cannot assign requested address") || cause instanceof BindException) {
            return new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    address + " cannot be bound (" + reason + "); use an address of this machine, or leave it empty for"
                            + " all of them",
                    cause);
        }
        return new ProtocolException(ErrorCode.UNAVAILABLE, address + " cannot be bound: " + reason, cause);
    }
}
