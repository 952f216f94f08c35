package io.socketmaster.protocol.control;

import io.netty.buffer.ByteBuf;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.wire.LengthPrefix;
import io.socketmaster.protocol.wire.TextReader;
import java.util.Optional;

/**
 * Bytes of a control stream to messages, one after the other. Messages of a type that this version does not know, or that
 * the sender's side has no business sending, are passed over and counted. Confined to the caller's thread.
 */
public final class ControlMessageDecoder {
    private final Side sender;
    private final TextReader texts = new TextReader();
    private long ignored;
    private Optional<ProtocolException> failure = Optional.empty();

    /** @param sender the other end: it decides which messages are expected, and how large they may be */
    public ControlMessageDecoder(Side sender) {
        this.sender = sender;
    }

    /**
     * The next message, or empty if {@code in} does not hold the rest of it yet; call it until then. What is left unread
     * must be at the front of the buffer of the next call.
     *
     * @param in what came and was not consumed; stays the caller's
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} naming what is wrong, never a certificate or key; the stream
     *     cannot be trusted any more, and every later call throws it again
     */
    public Optional<ControlMessage> decode(ByteBuf in) throws ProtocolException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        try {
            Optional<String> json = readJson(in);
            while (json.isPresent()) {
                Optional<ControlMessage> message = MessageJson.read(json.get(), sender);
                if (message.isPresent()) {
                    return message;
                }
                ignored++;
                json = readJson(in);
            }
            return Optional.empty();
        } catch (ProtocolException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /** How many messages were passed over so far; a peer that sends nothing else is a nuisance. */
    public long ignored() {
        return ignored;
    }

    private Optional<String> readJson(ByteBuf in) throws ProtocolException {
        return texts.read(in, LengthPrefix.UINT32, "control message", sender.maxMessage());
    }
}
