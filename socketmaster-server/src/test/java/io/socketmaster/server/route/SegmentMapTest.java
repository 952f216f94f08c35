package io.socketmaster.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentMapTest {
    @Test
    void itAnswersLikeAHashMapWhateverIsPutAndRemoved() {
        Random random = new Random(7);
        SegmentMap<Integer> map = SegmentMap.empty();
        Map<String, Integer> model = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            String key = "k" + random.nextInt(3_000);
            if (random.nextInt(3) == 0) {
                model.remove(key);
                map = map.set(key, null);
            } else {
                model.put(key, i);
                map = map.set(key, i);
            }
            String asked = "k" + random.nextInt(3_000);
            assertThat(map.get("/" + asked + "/", 1, asked.length() + 1)).isEqualTo(model.get(asked));
        }
        Map<String, Integer> seen = new HashMap<>();
        map.forEach(seen::put);
        assertThat(seen).isEqualTo(model);
        for (String key : model.keySet()) {
            map = map.set(key, null);
        }
        assertThat(map.isEmpty()).isTrue();
    }

    @Test
    void keysOfTheSameHashAreKeptApart() {
        // Among 300,000 keys of 32 bits about ten pairs share a hash.
        SegmentMap<Integer> map = SegmentMap.empty();
        for (int i = 0; i < 300_000; i++) {
            map = map.set("key" + i, i);
        }
        for (int i = 0; i < 300_000; i++) {
            String key = "key" + i;
            assertThat(map.get(key, 0, key.length()).intValue() == i).isTrue();
        }
        for (int i = 0; i < 300_000; i++) {
            map = map.set("key" + i, null);
        }
        assertThat(map.isEmpty()).isTrue();
    }
}
