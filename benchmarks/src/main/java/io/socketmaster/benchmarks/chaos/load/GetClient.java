package io.socketmaster.benchmarks.chaos.load;

import io.socketmaster.benchmarks.chaos.Payload;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** Asks for bytes that it knows. */
final class GetClient implements Client {
    private final HttpConnection connection;
    private final int length;
    private final int workMillis;
    private final boolean keepAlive;

    GetClient(HttpConnection connection, int length, int workMillis, boolean keepAlive) {
        this.connection = connection;
        this.length = length;
        this.workMillis = workMillis;
        this.keepAlive = keepAlive;
    }

    @Override
    public void exchange() throws IOException {
        long id = ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE);
        String work = workMillis == 0 ? "" : "?work=" + workMillis;
        HttpConnection.Answer answer = connection.ask("GET", "/bytes/" + id + "/" + length + work, new byte[0]);
        if (answer.status() != 200) {
            throw new BadEndException(
                    answer.status() == 502 ? Outcome.BAD_GATEWAY : Outcome.LOST, answer.status() + " " + answer.text());
        }
        if (answer.body().length != length || !Payload.matches(id, 0, answer.body(), length)) {
            throw new BadEndException(Outcome.WRONG, "the answer is not that of " + id);
        }
        if (!keepAlive) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
