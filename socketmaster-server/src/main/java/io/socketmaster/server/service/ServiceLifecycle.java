package io.socketmaster.server.service;

/**
 * What whoever installed a service's route and listener has to know. Registry thread.
 *
 * @param <U> the kind of session
 */
public interface ServiceLifecycle<U extends Upstream> {
    /**
     * Nobody came back in time, or the last session left that was never ready: the route and, if nothing else needs it, the
     * listener go. Sessions may still be draining. A later registration of the same name claims the service again.
     */
    void onExpired(Service<U> service);

    /** Besides, no session is left, and nothing is in flight: nothing needs this object any more. */
    void onEmpty(Service<U> service);
}
