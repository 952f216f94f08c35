package io.socketmaster.server.service;

import java.util.List;

/** An applicant that keeps its answer, and counts how often it got one. */
final class FakeApplicant implements Applicant<FakeUpstream> {
    private final String name;
    private final List<String> answers;
    private Grant<FakeUpstream> grant;
    private Refusal refusal;
    private int answered;

    /** @param answers shared by applicants whose order matters: each adds its name when it is granted */
    FakeApplicant(String name, List<String> answers) {
        this.name = name;
        this.answers = answers;
    }

    @Override
    public void onGranted(Grant<FakeUpstream> granted) {
        answered++;
        grant = granted;
        answers.add(name);
    }

    @Override
    public void onRefused(Refusal refused) {
        answered++;
        refusal = refused;
    }

    String name() {
        return name;
    }

    Grant<FakeUpstream> grant() {
        return grant;
    }

    Refusal refusal() {
        return refusal;
    }

    int answered() {
        return answered;
    }

    /** {@code waiting}, {@code FULL}, or the session that it was granted. */
    String fate() {
        if (grant != null) {
            return grant.upstream().sessionId();
        }
        return refusal == null ? "waiting" : refusal.reason().name();
    }
}
