package io.socketmaster.benchmarks.chaos.load;

import io.socketmaster.benchmarks.chaos.Payload;
import java.io.IOException;

/** Sends what must be carried out once, and keeps book of it. */
final class PostClient implements Client {
    private final HttpConnection connection;
    private final Ledger ledger;
    private final int length;
    private final int workMillis;

    PostClient(HttpConnection connection, Ledger ledger, int length, int workMillis) {
        this.connection = connection;
        this.ledger = ledger;
        this.length = length;
        this.workMillis = workMillis;
    }

    @Override
    public void exchange() throws IOException {
        long id = ledger.nextId();
        HttpConnection.Answer answer =
                connection.ask("POST", "/once/" + id + "?work=" + workMillis, Payload.of(id, length));
        if (answer.status() == 502 && saysWhy(answer.text())) {
            throw new BadEndException(Outcome.BAD_GATEWAY, answer.text());
        }
        if (answer.status() != 200) {
            throw new BadEndException(Outcome.LOST, answer.status() + " " + answer.text());
        }
        ledger.answered(id);
        if (!answer.text().equals("done " + id + "\n")) {
            throw new BadEndException(Outcome.WRONG, "the answer is not that of " + id + ": " + answer.text());
        }
    }

    private static boolean saysWhy(String body) {
        return body.startsWith("The service failed before it answered: ")
                && body.contains("The request was not sent a second time, because");
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
