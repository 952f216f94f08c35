package io.socketmaster.server.sniff;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the body of a complete ClientHello (RFC 8446 section 4.1.2; RFC 6066 section 3; RFC 7301 section 3.1). Every length is
 * checked against what is there before it is used. One object reads one message.
 */
final class ClientHelloReader {
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int HOST_NAME = 0;
    private static final int MAX_HOST_NAME = 255;

    private String serverName;
    private List<String> alpn;

    private ClientHelloReader() {}

    static ClientHello read(byte[] body) throws MalformedException {
        ClientHelloReader reader = new ClientHelloReader();
        reader.readBody(new Fields(body, 0, body.length));
        return new ClientHello(
                reader.serverName == null ? "" : reader.serverName, reader.alpn == null ? List.of() : reader.alpn);
    }

    private void readBody(Fields in) throws MalformedException {
        if (in.readUnsignedByte() != 3) {
            throw new MalformedException("the ClientHello has an impossible version");
        }
        in.skip(1 + 32); // minor version, random
        if (in.vector8().remaining() > 32) {
            throw new MalformedException("the session id is longer than 32 bytes");
        }
        int cipherSuites = in.vector16().remaining();
        if (cipherSuites == 0 || cipherSuites % 2 != 0) {
            throw new MalformedException("the list of cipher suites has the impossible length " + cipherSuites);
        }
        if (in.vector8().remaining() == 0) {
            throw new MalformedException("the list of compression methods is empty");
        }
        if (in.remaining() == 0) {
            return; // TLS 1.2 without extensions
        }
        Fields extensions = in.vector16();
        in.expectEnd();
        while (extensions.remaining() > 0) {
            int type = extensions.readUnsignedShort();
            Fields extension = extensions.vector16();
            if (type == SERVER_NAME) {
                readServerNames(extension);
            } else if (type == ALPN) {
                readAlpn(extension);
            }
        }
    }

    private void readServerNames(Fields extension) throws MalformedException {
        if (serverName != null) {
            throw new MalformedException("the ClientHello has two server name extensions");
        }
        Fields names = extension.vector16();
        extension.expectEnd();
        if (names.remaining() == 0) {
            throw new MalformedException("the list of server names is empty");
        }
        serverName = "";
        while (names.remaining() > 0) {
            int type = names.readUnsignedByte();
            Fields name = names.vector16();
            if (type == HOST_NAME) {
                if (!serverName.isEmpty()) {
                    throw new MalformedException("the ClientHello asks for two hosts");
                }
                serverName = hostName(name);
            }
        }
    }

    /** Bytes that can be a host name; whether they are one is the routes' question. */
    private static String hostName(Fields name) throws MalformedException {
        int length = name.remaining();
        if (length == 0 || length > MAX_HOST_NAME) {
            throw new MalformedException("the server name has the impossible length " + length);
        }
        StringBuilder text = new StringBuilder(length);
        while (name.remaining() > 0) {
            int c = name.readUnsignedByte();
            if (c >= 'A' && c <= 'Z') {
                c += 'a' - 'A';
            }
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')) {
                throw new MalformedException("the server name has characters that no host name has");
            }
            text.append((char) c);
        }
        if (text.charAt(length - 1) == '.') {
            text.setLength(length - 1);
        }
        if (text.length() == 0) {
            throw new MalformedException("the server name is a single dot");
        }
        return text.toString();
    }

    private void readAlpn(Fields extension) throws MalformedException {
        if (alpn != null) {
            throw new MalformedException("the ClientHello has two ALPN extensions");
        }
        Fields names = extension.vector16();
        extension.expectEnd();
        if (names.remaining() == 0) {
            throw new MalformedException("the list of application protocols is empty");
        }
        alpn = new ArrayList<>();
        while (names.remaining() > 0) {
            Fields name = names.vector8();
            if (name.remaining() == 0) {
                throw new MalformedException("an application protocol has an empty name");
            }
            if (alpn.size() < ClientHello.MAX_ALPN_NAMES) {
                alpn.add(name.text());
            }
        }
    }

    /** A part of the message that is read from front to back. */
    private static final class Fields {
        private final byte[] bytes;
        private int at;
        private final int end;

        Fields(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        int remaining() {
            return end - at;
        }

        void skip(int length) throws MalformedException {
            if (length > remaining()) {
                throw new MalformedException("the ClientHello contradicts its own lengths");
            }
            at += length;
        }

        int readUnsignedByte() throws MalformedException {
            skip(1);
            return bytes[at - 1] & 0xff;
        }

        int readUnsignedShort() throws MalformedException {
            return readUnsignedByte() << 8 | readUnsignedByte();
        }

        /** A vector behind one byte of length. */
        Fields vector8() throws MalformedException {
            return vector(readUnsignedByte());
        }

        /** A vector behind two bytes of length. */
        Fields vector16() throws MalformedException {
            return vector(readUnsignedShort());
        }

        private Fields vector(int length) throws MalformedException {
            skip(length);
            return new Fields(bytes, at - length, at);
        }

        void expectEnd() throws MalformedException {
            if (remaining() > 0) {
                throw new MalformedException("the ClientHello contradicts its own lengths");
            }
        }

        String text() {
            return new String(bytes, at, remaining(), StandardCharsets.ISO_8859_1);
        }
    }
}
