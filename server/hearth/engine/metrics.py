"""What the engine counts, in Prometheus's terms. Counters only grow; one set per process."""

from __future__ import annotations

import prometheus_client as prometheus


class Metrics:
    """The counters and gauges behind ``/metrics``."""

    def __init__(self) -> None:
        self._registry = prometheus.CollectorRegistry()
        self.prompt_tokens = self._counter("prompt_tokens", "Prompt tokens that were evaluated.")
        self.cached_tokens = self._counter("prompt_tokens_cached", "Prompt tokens that were found in the cache.")
        self.refreshed_tokens = self._counter("prompt_tokens_refreshed", "Stale tokens evaluated again while idle.")
        self.restored_tokens = self._counter("prompt_tokens_restored", "Tokens warm from an earlier engine.")
        self.moved = self._counter("prompts_moved", "Idle prompts that were moved out of the cache.")
        self.generated_tokens = self._counter("generated_tokens", "Tokens that were generated.")
        self.aborted = self._counter("requests_aborted", "Running requests that were cancelled.")
        self.requests = prometheus.Counter(
            "hearth_requests", "Requests by endpoint and HTTP status.", ["endpoint", "status"], registry=self._registry
        )
        self.running = self._gauge("requests_running", "Requests that run.")
        self.waiting = self._gauge("requests_waiting", "Requests that wait.")

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return prometheus.generate_latest(self._registry)

    def _counter(self, name: str, text: str) -> prometheus.Counter:
        return prometheus.Counter(f"hearth_{name}", text, registry=self._registry)

    def _gauge(self, name: str, text: str) -> prometheus.Gauge:
        return prometheus.Gauge(f"hearth_{name}", text, registry=self._registry)
