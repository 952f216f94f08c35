package io.socketmaster.protocol.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/** Whatever comes in is a header, the beginning of one, or refused; and a header survives writing and reading. */
class ProxyHeaderFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void anyBytesAreAHeaderOrItsBeginningOrRefused(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        Optional<ProxyHeader> header;
        try {
            header = ProxyHeader.read(in);
        } catch (IllegalArgumentException refused) {
            return;
        }
        if (header.isEmpty()) {
            assertThat(in.readableBytes()).isEqualTo(bytes.length).isLessThan(ProxyHeader.MAX_BYTES);
        } else if (header.get().endpoints().isPresent()) {
            assertThat(written(header.get())).contains(header.get());
        }
    }

    /** Texts that are not UTF-8 were replaced when read, so what is written may be longer than what came in. */
    private static Optional<ProxyHeader> written(ProxyHeader header) {
        ByteBuf out = Unpooled.buffer();
        header.write(out);
        return ProxyHeader.read(out);
    }
}
