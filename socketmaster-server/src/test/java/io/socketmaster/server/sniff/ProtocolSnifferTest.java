package io.socketmaster.server.sniff;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolSnifferTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    \\u0016\\u0003                                   | TLS
                    \\u0016\\u0003\\u0001\\u0002                     | TLS
                    \\u0016                                          | NEED_MORE
                    \\u0016\\u0002                                   | UNKNOWN
                    G                                                | NEED_MORE
                    GET                                              | NEED_MORE
                    GET / HTTP/1.1                                   | HTTP_1
                    get /                                            | HTTP_1
                    M-SEARCH * HTTP/1.1                              | HTTP_1
                    P                                                | NEED_MORE
                    PR                                               | NEED_MORE
                    PRO                                              | NEED_MORE
                    PROPFIND /                                       | HTTP_1
                    PROXY                                            | NEED_MORE
                    PROXY TCP4                                       | PROXY_V1
                    PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n         | HTTP_2
                    PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n               | NEED_MORE
                    PRI * HTTP/2.0\\r\\n\\r\\nXX                     | HTTP_1
                    PRI /                                            | HTTP_1
                    \\r\\nGET /                                      | HTTP_1
                    \\r\\n\\r\\nGET /                                | HTTP_1
                    \\r\\n\\r\\n\\r\\nGET /                          | UNKNOWN
                    \\r\\n\\r\\n\\u0000\\r\\nQUIT\\n                 | PROXY_V2
                    \\r\\n\\r\\n\\u0000\\r\\nQUIT                    | NEED_MORE
                    \\r\\n\\r\\n\\u0000\\r\\nQUIX                    | UNKNOWN
                    \\r                                              | NEED_MORE
                    /                                                | UNKNOWN
                    GET/                                             | UNKNOWN
                    GET\\u0000                                       | UNKNOWN
                    GET\\r\\n                                        | UNKNOWN
                    SSH-2.0-OpenSSH_9                                | NEED_MORE
                    SSH-2.0-OpenSSH_9\\r\\n                          | UNKNOWN
                    ABCDEFGHIJKLMNOPQRSTUVWX /                       | HTTP_1
                    ABCDEFGHIJKLMNOPQRSTUVWXY                        | UNKNOWN
                    \\u00ff                                          | UNKNOWN
                    """)
    void firstBytesTellTheProtocol(String escaped, FirstBytes expected) {
        ByteBuf in = Unpooled.copiedBuffer(unescape(escaped), StandardCharsets.ISO_8859_1);

        assertThat(ProtocolSniffer.sniff(in)).isEqualTo(expected);
    }

    @Test
    void aSpaceAtTheBeginningOfALineIsNoMethod() {
        assertThat(ProtocolSniffer.sniff(Unpooled.copiedBuffer(" GET /", StandardCharsets.US_ASCII)))
                .isEqualTo(FirstBytes.UNKNOWN);
    }

    @Test
    void nothingYetMeansMoreIsNeeded() {
        assertThat(ProtocolSniffer.sniff(Unpooled.EMPTY_BUFFER)).isEqualTo(FirstBytes.NEED_MORE);
    }

    @Test
    void theBufferIsNotConsumedAndMayBeginAnywhere() {
        ByteBuf in =
                Unpooled.copiedBuffer("xxGET / ", StandardCharsets.US_ASCII).skipBytes(2);

        assertThat(ProtocolSniffer.sniff(in)).isEqualTo(FirstBytes.HTTP_1);
        assertThat(in.readerIndex()).isEqualTo(2);
    }

    private static String unescape(String text) {
        return text.strip()
                .replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\u0016", "\u0016")
                .replace("\\u0000", "\0")
                .replace("\\u0001", "\u0001")
                .replace("\\u0002", "\u0002")
                .replace("\\u0003", "\u0003")
                .replace("\\u00ff", "\u00ff");
    }
}
