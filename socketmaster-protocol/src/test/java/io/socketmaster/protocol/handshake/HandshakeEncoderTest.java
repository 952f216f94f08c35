package io.socketmaster.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Backend;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.protocol.RegistrationOptions.StreamHeader;
import io.socketmaster.protocol.SocketDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeEncoderTest {
    private static final SocketDefinition DEFINITION =
            SocketDefinition.http(8443, "/v1/").withDomain("api.example.com").withTls("CERT", "KEY");

    @Test
    void everyFieldOfVersion2SurvivesTheWay() throws ProtocolException {
        HandshakeRequest request = HandshakeRequest.version2(DEFINITION, everyOption());

        assertThat(sentAndRead(request)).isEqualTo(request);
    }

    @Test
    void aLaneSurvivesTheWay() throws ProtocolException {
        LaneRequest request = new LaneRequest("s7", "0123456789abcdef");

        assertThat(sentAndRead(request)).isEqualTo(request);
    }

    @Test
    void aLaneIsARequestWithFlagSixAndNothingButItsSessionAndKey() throws ProtocolException {
        ByteBuf out = HandshakeEncoder.encode(new LaneRequest("s7", "k"), UnpooledByteBufAllocator.DEFAULT);
        try {
            String json = "{\"session\":\"s7\",\"key\":\"k\"}";
            assertThat(out.readSlice(17))
                    .isEqualTo(Unpooled.wrappedBuffer(
                            ByteBufUtil.decodeHexDump("0000000000000000" + "0000000000000000" + "c0")));
            assertThat(out.readByte()).isEqualTo((byte) 0x53);
            assertThat(out.readInt()).isEqualTo(json.length());
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(json);
        } finally {
            out.release();
        }
    }

    @Test
    void aLanesKeyIsNotShown() {
        assertThat(new LaneRequest("s7", "sEcReT")).asString().contains("s7").doesNotContain("sEcReT");
    }

    @Test
    void theDefaultsAreAnEmptyObject() throws ProtocolException {
        ByteBuf out = HandshakeEncoder.encode(
                HandshakeRequest.version2(SocketDefinition.tcp(8000), RegistrationOptions.DEFAULTS),
                UnpooledByteBufAllocator.DEFAULT);
        try {
            assertThat(ByteBufUtil.hexDump(out)).isEqualTo("00000000000000000000000000001f4080" + "53000000027b7d");
        } finally {
            out.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void everyPolicySurvivesTheWay(Policy policy) throws ProtocolException {
        HandshakeRequest request = HandshakeRequest.version2(
                DEFINITION, options("a", policy, Optional.empty(), StreamHeader.NONE, List.of(), "", Map.of()));

        assertThat(sentAndRead(request)).isEqualTo(request);
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void everyBackendSurvivesTheWay(Backend backend) throws ProtocolException {
        HandshakeRequest request = HandshakeRequest.version2(
                DEFINITION,
                options("a", Policy.REPLACE, Optional.of(backend), StreamHeader.PROXY_V2, List.of(), "", Map.of()));

        assertThat(sentAndRead(request)).isEqualTo(request);
    }

    @ParameterizedTest
    @MethodSource("refusedRequests")
    void whatTheDaemonWouldRefuseIsRefusedBeforeItIsSent(HandshakeRequest request) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> HandshakeEncoder.encode(request, UnpooledByteBufAllocator.DEFAULT));
    }

    static Stream<HandshakeRequest> refusedRequests() {
        return Stream.of(
                HandshakeRequest.version1(SocketDefinition.tcp(80).withAddress("a".repeat(65_537))),
                HandshakeRequest.version1(SocketDefinition.tcp(80).withAddress("\ud800")),
                HandshakeRequest.version1(SocketDefinition.http(80, "/\n")),
                HandshakeRequest.version1(
                        SocketDefinition.tcp(80).withTls("C".repeat(ProtocolLimits.MAX_PEM + 1), "K")),
                HandshakeRequest.version2(
                        DEFINITION,
                        options("\ud800", Policy.JOIN, Optional.empty(), StreamHeader.NONE, List.of(), "", Map.of())),
                HandshakeRequest.version2(
                        DEFINITION,
                        options(
                                "a",
                                Policy.JOIN,
                                Optional.empty(),
                                StreamHeader.NONE,
                                Collections.nCopies(257, "h"),
                                "",
                                Map.of())));
    }

    @Test
    void theTextOfARequestHidesKeyAndToken() {
        HandshakeRequest request = HandshakeRequest.version2(DEFINITION.withTls("CERT-PEM", "KEY-PEM"), everyOption());

        assertThat(request.toString())
                .contains("api.example.com")
                .doesNotContain("CERT-PEM")
                .doesNotContain("KEY-PEM")
                .doesNotContain("t0ken");
    }

    private static RegistrationOptions everyOption() {
        return new RegistrationOptions(
                "shop \"ü\" \ud83d\ude00",
                "instance-1",
                Policy.EXCLUSIVE,
                false,
                Duration.ofMillis(1500),
                Duration.ZERO,
                Optional.of(Backend.H2C),
                StreamHeader.PROXY_V2,
                List.of("mail.example.com", "*.example.org"),
                List.of("www.example.com"),
                List.of("h2", "http/1.1"),
                1000,
                "t0ken",
                Map.of("commit", "abc", "", "empty key"),
                "socketmaster-java/0.1");
    }

    private static RegistrationOptions options(
            String name,
            Policy policy,
            Optional<Backend> backend,
            StreamHeader streamHeader,
            List<String> hosts,
            String token,
            Map<String, String> metadata) {
        return new RegistrationOptions(
                name,
                "",
                policy,
                true,
                RegistrationOptions.DEFAULT_HOLD,
                RegistrationOptions.DEFAULT_DRAIN,
                backend,
                streamHeader,
                List.of(),
                hosts,
                List.of(),
                RegistrationOptions.DEFAULT_WEIGHT,
                token,
                metadata,
                "");
    }

    private static ControlRequest sentAndRead(ControlRequest request) throws ProtocolException {
        ByteBuf out = HandshakeEncoder.encode(request, UnpooledByteBufAllocator.DEFAULT);
        try {
            return new HandshakeDecoder().decode(out).orElseThrow();
        } finally {
            out.release();
        }
    }
}
