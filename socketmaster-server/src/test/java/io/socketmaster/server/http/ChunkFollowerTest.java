package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkFollowerTest {
    private final ChunkFollower chunks = new ChunkFollower();

    private void follow(String text) {
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        chunks.follow(in, 0, in.readableBytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n",
                "000\r\n",
                "0;a=b;c=\"d\"\r\n",
                "3\r\nabc\r\n0\r\n",
                "3 ; x = y\r\nabc\r\n0\r\n",
                "b\r\n0\r\n0\r\n0\r\n..\r\n0\r\n",
                "1F\r\n0123456789012345678901234567890\r\n1\r\n\n\r\n0\r\n",
            })
    void theTrailersBeginBehindTheLastSizeHoweverTheBytesAreCut(String body) {
        chunks.begin();
        for (int i = 0; i < body.length(); i++) {
            assertThat(chunks.isAtTrailers()).isFalse();
            follow(body.substring(i, i + 1));
        }
        assertThat(chunks.isAtTrailers()).isTrue();

        chunks.begin();
        follow(body);
        assertThat(chunks.isAtTrailers()).isTrue();
    }

    @Test
    void outsideOfAChunkedBodyThereAreNone() {
        follow("0\r\n");
        assertThat(chunks.isAtTrailers()).isFalse();

        chunks.begin();
        follow("0\r\n");
        chunks.end();
        assertThat(chunks.isAtTrailers()).isFalse();
    }
}
