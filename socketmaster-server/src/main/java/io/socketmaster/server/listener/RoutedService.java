package io.socketmaster.server.listener;

import io.socketmaster.server.http.HttpTarget;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Applicant;
import io.socketmaster.server.service.Grant;
import io.socketmaster.server.service.Service;

/**
 * A service with its place in a port's table. Generations come and go; this stays while the route does, so that it stands
 * for "the same service" in comparisons. What it wants of the port is written on the registry thread, and read on any.
 */
public final class RoutedService implements HttpTarget {
    private final Service<StreamUpstream> service;
    private volatile RouteSpec spec;

    RoutedService(Service<StreamUpstream> service, RouteSpec spec) {
        this.service = service;
        this.spec = spec;
    }

    @Override
    public Admission admit(Applicant<StreamUpstream> applicant) {
        return service.admit(applicant)::cancel;
    }

    @Override
    public Admission admitAgain(Applicant<StreamUpstream> applicant, Grant<StreamUpstream> refused) {
        return service.admitAgain(applicant, refused)::cancel;
    }

    @Override
    public Admission admitElsewhere(Applicant<StreamUpstream> applicant, Grant<StreamUpstream> givenUp) {
        return service.admitElsewhere(applicant, givenUp)::cancel;
    }

    @Override
    public String name() {
        return service.name();
    }

    /** Its generations and who waits for them; any thread for what says so there. */
    public Service<StreamUpstream> service() {
        return service;
    }

    RouteSpec spec() {
        return spec;
    }

    void setSpec(RouteSpec newSpec) {
        spec = newSpec;
    }
}
