package io.socketmaster.benchmarks.chaos.load;

import io.socketmaster.benchmarks.Sockets;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Where the clients connect to: public ports of 127.0.0.1.
 *
 * @param host the name that the certificate is for
 * @param trusting trusts that certificate and no other
 */
public record Targets(int http, int https, int tcp, String host, SSLSocketFactory trusting) {
    /** Longer than a request may be held. */
    private static final int PATIENCE_MILLIS = 45_000;

    Socket connect(int port) throws IOException {
        Socket socket = new Socket(Sockets.loopback(port).getAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    Socket connectTls() throws IOException {
        SSLSocket tls = (SSLSocket) trusting.createSocket(connect(https), host, https, /* autoClose= */ true);
        tls.startHandshake();
        return tls;
    }
}
