package io.socketmaster.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
    private static final PooledByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

    @TempDir
    private Path proc;

    @BeforeEach
    void aMachine() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.createDirectories(proc.resolve("sys/net/ipv4"));
        Files.writeString(
                proc.resolve("net/sockstat"),
                "sockets: used 12\nTCP: inuse 1 orphan 0 tw 39 alloc 611 mem 36463\nUDP: inuse 0 mem 7\n");
    }

    @Test
    void whatTcpHasIsToldInPercentOfTheKernelsFirstMark() throws IOException {
        Files.writeString(proc.resolve("sys/net/ipv4/tcp_mem"), "72926\t97234\t145852\n");

        assertThat(new Memory(proc, BUFFERS).use().tcpPercent()).isEqualTo(50);
    }

    @Test
    void whereTheMarkIsNotShownItIsWhatTheKernelChoosesForSoMuchMemory() throws IOException {
        Files.writeString(proc.resolve("meminfo"), "MemTotal:        2097152 kB\nMemFree:         1000000 kB\n");

        // 3 of 64 of 2 GiB are 24,576 pages
        assertThat(Memory.moderatePages(proc)).isBetween(24_000L, 25_500L);
        assertThat(new Memory(proc, BUFFERS).use().tcpPercent()).isBetween(140, 155);
    }

    @Test
    void onASystemThatDoesNotSayNothingSeemsToBeUsed() {
        assertThat(new Memory(proc.resolve("nowhere"), BUFFERS).use().tcpPercent())
                .isZero();
    }

    @Test
    void theMarkOfThisMachineIsReadToItsLastDigit() {
        assumeThat(Memory.PROC.resolve("sys/net/ipv4/tcp_mem")).isReadable();

        // Some thousand pages at least; who reads piece by piece gets the first digit only.
        assertThat(Memory.moderatePages(Memory.PROC)).isGreaterThan(100);
    }

    @Test
    void aLargeBufferOfOursShows() {
        long most = PlatformDependent.maxDirectMemory();
        Memory memory = new Memory(proc, BUFFERS);
        ByteBuf large = BUFFERS.directBuffer((int) Math.min(1 << 28, most / 4));
        try {
            assertThat(memory.use().bufferPercent()).isBetween((int) (large.capacity() * 100L / most), 100);
        } finally {
            large.release();
        }
        assertThat(memory.use().bufferPercent()).isLessThan((int) (Math.min(1 << 28, most / 4) * 100L / most));
    }
}
