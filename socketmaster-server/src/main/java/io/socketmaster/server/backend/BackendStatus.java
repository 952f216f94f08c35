package io.socketmaster.server.backend;

/**
 * A plain backend as people see it, at one moment.
 *
 * @param name by which it is switched, paused and removed
 * @param listen where clients come, with the port that was really bound
 * @param backend where new connections go
 * @param session the id of the generation that takes them
 * @param reachable whether the last attempt to reach it succeeded; if not, connections wait and it is tried again
 * @param inFlight connections to {@code backend}
 * @param leaving connections to addresses that it was switched away from
 * @param held connections that wait
 */
public record BackendStatus(
        String name,
        String listen,
        BackendAddress backend,
        String session,
        boolean reachable,
        int inFlight,
        int leaving,
        int held) {}
