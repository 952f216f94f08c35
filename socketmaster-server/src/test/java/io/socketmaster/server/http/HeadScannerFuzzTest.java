package io.socketmaster.server.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.server.config.HttpSettings;
import org.junit.jupiter.api.Timeout;

/**
 * Any bytes: the verdict does not depend on how they were cut, and what passes is understood by Netty's decoder as one head
 * that ends where the scanner says. Run for long with {@code JAZZER_FUZZ=1}.
 */
class HeadScannerFuzzTest {
    @Timeout(120)
    @FuzzTest(maxDuration = "60s")
    void verdictsDoNotDependOnTheCutAndPassedHeadsDecode(byte[] bytes) {
        HeadScanner whole = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
        ByteBuf all = Unpooled.wrappedBuffer(bytes);
        HeadScanner.Verdict verdict = whole.scan(all);

        HeadScanner slow = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
        ByteBuf growing = Unpooled.buffer();
        HeadScanner.Verdict slowVerdict = HeadScanner.Verdict.MORE;
        int fed = 0;
        while (fed < bytes.length && slowVerdict == HeadScanner.Verdict.MORE) {
            growing.writeByte(bytes[fed++]);
            slowVerdict = slow.scan(growing);
        }
        require(verdict == slowVerdict, "the verdict depends on the cut");
        if (verdict == HeadScanner.Verdict.REFUSED) {
            require(whole.fault().equals(slow.fault()), "the fault depends on the cut");
        } else if (verdict == HeadScanner.Verdict.COMPLETE) {
            decodes(growing);
        }
    }

    private static void decodes(ByteBuf head) {
        EmbeddedChannel netty = new EmbeddedChannel(new HttpRequestDecoder(64 << 10, 64 << 10, 8192));
        netty.writeInbound(head);
        Object first = netty.readInbound();
        require(first instanceof HttpRequest, "Netty wants more than the scanner calls a whole head");
        // What it means is checked by RequestCheck; here it only must have been the same bytes.
        HttpRequest request = (HttpRequest) first;
        if (request.decoderResult().isSuccess()) {
            require(head.refCnt() == 0 || !head.isReadable(), "Netty ends the head earlier than the scanner");
        }
        ReferenceCountUtil.release(first);
        netty.finishAndReleaseAll();
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new AssertionError(sentence);
        }
    }
}
