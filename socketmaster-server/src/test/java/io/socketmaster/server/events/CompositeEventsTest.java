package io.socketmaster.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompositeEventsTest {
    static Stream<Method> everyEvent() {
        return Arrays.stream(DaemonEvents.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void everyEventReachesEveryListenerWithItsValues(Method event) throws Exception {
        List<String> heard = new ArrayList<>();
        CompositeEvents both = new CompositeEvents(List.of(recorder("first", heard), recorder("second", heard)));
        Object[] values = Arrays.stream(event.getParameterTypes())
                .map(CompositeEventsTest::valueOf)
                .toArray();

        event.invoke(both, values);

        String call = event.getName() + Arrays.toString(values);
        assertThat(heard).containsExactly("first " + call, "second " + call);
    }

    @Test
    void oneThatThrowsSilencesNobodyAndIsReported() throws Exception {
        List<String> heard = new ArrayList<>();
        List<Throwable> reported = new ArrayList<>();
        RuntimeException fault = new IllegalStateException("disk full");
        DaemonEvents failing = new DaemonEvents() {
            @Override
            public void serviceExpired(String service) {
                throw fault;
            }
        };
        CompositeEvents both = new CompositeEvents(List.of(failing, recorder("second", heard)));
        Thread caller = new Thread(() -> both.serviceExpired("web"));
        caller.setUncaughtExceptionHandler((thread, failure) -> reported.add(failure));

        caller.start();
        caller.join();

        assertThat(heard).containsExactly("second serviceExpired[web]");
        assertThat(reported).containsExactly(fault);
    }

    private static DaemonEvents recorder(String name, List<String> heard) {
        return (DaemonEvents) Proxy.newProxyInstance(
                DaemonEvents.class.getClassLoader(), new Class<?>[] {DaemonEvents.class}, (proxy, method, values) -> {
                    heard.add(name + " " + method.getName() + Arrays.toString(values));
                    return null;
                });
    }

    private static Object valueOf(Class<?> type) {
        if (type == String.class) {
            return "web";
        }
        if (type == int.class) {
            return 7;
        }
        if (type == long.class) {
            return 11L;
        }
        if (type == Duration.class) {
            return Duration.ofSeconds(13);
        }
        if (type == Optional.class) {
            return Optional.of(Duration.ofSeconds(17));
        }
        if (type == SocketAddress.class) {
            return InetSocketAddress.createUnresolved("localhost", 80);
        }
        if (type == Throwable.class) {
            return new IllegalStateException("fault");
        }
        throw new AssertionError("events carry plain JDK values; teach this test of " + type);
    }
}
