"""Sign-in counters survive a broker that is away."""

from config.caches import FallbackCache


def test_a_cache_that_is_away_counts_in_memory(tmp_path):
    cache = FallbackCache(f"unix://{tmp_path}/absent.sock", {})
    assert cache.add("attempts", 1)
    assert cache.incr("attempts") == 2
    cache.set("seen", [1, 2])
    assert cache.get("seen") == [1, 2]
    assert cache.delete("seen")
    assert cache.get("seen", "gone") == "gone"
