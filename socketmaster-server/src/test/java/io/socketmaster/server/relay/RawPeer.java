package io.socketmaster.server.relay;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A blocking peer on a real socket that says and hears exactly the bytes of a test. Text is ISO 8859-1. */
public final class RawPeer implements Closeable {
    private final Socket socket;
    private final InputStream in;

    public RawPeer(Socket socket) {
        try {
            this.socket = socket;
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static RawPeer connect(int port) {
        try {
            return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static RawPeer connectWithReceiveBuffer(int port, int bytes) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(bytes);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return new RawPeer(socket);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public RawPeer send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawPeer send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything up to and including the next empty line. */
    public String readHead() {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int b = read();
            if (b < 0) {
                throw new AssertionError("ended within a head: " + head);
            }
            head.append((char) b);
        }
        return head.toString();
    }

    public String readText(int length) {
        return new String(readBytes(length), StandardCharsets.ISO_8859_1);
    }

    public byte[] readBytes(int length) {
        try {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new AssertionError("ended after " + bytes.length + " of " + length + " bytes: "
                        + new String(bytes, StandardCharsets.ISO_8859_1));
            }
            return bytes;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything up to a clean end of file. */
    public String readToEnd() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int b = read(); b >= 0; b = read()) {
            all.write(b);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Everything up to a reset; a clean end of file is a failure. */
    public String readToReset() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                all.write(b);
            }
        } catch (SocketException reset) {
            return all.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("ended cleanly instead of by a reset, after: " + all);
    }

    /** One byte, or -1 at the end. */
    public int read() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public int available() {
        try {
            return in.available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
