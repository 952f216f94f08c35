package io.socketmaster.server.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP service that notes the exact bytes of each request, and answers with exact bytes of a test. Its own thread runs it;
 * tests ask it from theirs.
 */
final class WireService {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /**
     * What came in on one stream.
     *
     * @param text as ISO 8859-1
     * @param whole whether it was a whole request; else it was cut off
     */
    record Seen(String text, boolean whole) {}

    private final AtomicInteger streams = new AtomicInteger();
    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private final Queue<Script> answers = new ConcurrentLinkedQueue<>();
    private volatile Answer answering;

    /** How the request begins that has to be here before anything is answered; empty: none. */
    private volatile String awaited = "";
    /** Answers that wait for it. */
    private final Queue<Answer> waiting = new ConcurrentLinkedQueue<>();

    /** For {@link RunningDaemon#register}. */
    void accept(Channel stream) {
        streams.incrementAndGet();
        stream.pipeline().addLast(new Stream());
    }

    /**
     * Answers the next request.
     *
     * @param parts each but the first is sent at {@link #sendNext}
     * @param staysOpen whether the stream is left open behind the last
     */
    void answerNext(List<String> parts, boolean staysOpen) {
        answers.add(new Script(parts, staysOpen));
    }

    /**
     * Answers nothing until a request is here that begins so, and then all in the order in which they came. What was sent on the
     * same connection ahead of that one has been looked at then, what ended a request included.
     */
    void answerNothingBefore(String beginning) {
        awaited = beginning;
    }

    private record Script(List<String> parts, boolean staysOpen) {}

    /** Sends the next part of the answer that is under way. */
    void sendNext() {
        Answer answer = answering;
        answer.context.executor().execute(answer::send);
    }

    /** Forgets what a test that failed has left. */
    void forget() {
        seen.clear();
        answers.clear();
        awaited = "";
        waiting.clear();
    }

    /** The whole requests that have come in since the last of these calls. */
    List<String> wholeSoFar() {
        List<Seen> all = new ArrayList<>();
        seen.drainTo(all);
        return all.stream().filter(Seen::whole).map(Seen::text).toList();
    }

    /** How many streams were opened. */
    int streams() {
        return streams.get();
    }

    /** What came in on the next stream that has ended or was answered. */
    Seen awaitSeen() throws InterruptedException {
        Seen next = seen.poll(15, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("a stream was neither ended nor brought a whole request");
        }
        return next;
    }

    private final class Stream extends ChannelInboundHandlerAdapter {
        private final StringBuilder request = new StringBuilder();
        private boolean noted;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            request.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            Optional<WireMessage> whole = WireMessage.at(request.toString(), 0, false, false);
            if (!noted && whole.isPresent() && whole.get().end() >= 0) {
                note(true);
                Script script = answers.poll();
                answerInTurn(new Answer(ctx, script == null ? new Script(List.of(OK), false) : script));
            }
        }

        private void answerInTurn(Answer own) {
            waiting.add(own);
            if (request.indexOf(awaited) == 0) {
                awaited = "";
                for (Answer next; (next = waiting.poll()) != null; ) {
                    answering = next;
                    next.send();
                }
            }
        }

        private void note(boolean whole) {
            if (!noted) {
                noted = true;
                seen.add(new Seen(request.toString(), whole));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            note(false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private static final class Answer {
        private final ChannelHandlerContext context;
        private final Script script;
        private int sent;

        Answer(ChannelHandlerContext context, Script script) {
            this.context = context;
            this.script = script;
        }

        void send() {
            String part = script.parts().get(sent++);
            var write = context.writeAndFlush(Unpooled.copiedBuffer(part, StandardCharsets.ISO_8859_1));
            if (sent == script.parts().size() && !script.staysOpen()) {
                write.addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
