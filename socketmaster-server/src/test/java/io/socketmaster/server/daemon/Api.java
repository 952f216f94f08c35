package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.util.Locale;

/** A raw client of the control API: one request on a connection of its own. */
record Api(int status, String head, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Api send(RunningDaemon daemon, String request) throws IOException {
        try (Socket socket = RunningDaemon.connect(daemon.control().getPort())) {
            RunningDaemon.send(socket, request);
            return read(RunningDaemon.readAll(socket));
        }
    }

    static Api read(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        assertThat(end).as("the end of the head in: " + answer).isPositive();
        return new Api(
                Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end + 2), answer.substring(end + 4));
    }

    static String request(String method, String target, String headers, String body) {
        return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
    }

    static Api get(RunningDaemon daemon, String target) throws IOException {
        return send(daemon, request("GET", target, "", ""));
    }

    static Api call(RunningDaemon daemon, String method, String target) throws IOException {
        return send(daemon, request(method, target, "", ""));
    }

    static Api post(RunningDaemon daemon, String target, String json) throws IOException {
        return send(daemon, request("POST", target, "Content-Type: application/json\r\n", json));
    }

    JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + body, e);
        }
    }

    String code() {
        return json().path("code").asText();
    }

    boolean has(String headerLine) {
        return head.toLowerCase(Locale.ROOT).contains("\r\n" + headerLine.toLowerCase(Locale.ROOT) + "\r\n");
    }

    Api expect(int wanted) {
        assertThat(status).as(head + body).isEqualTo(wanted);
        return this;
    }
}
