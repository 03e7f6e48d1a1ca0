"""What the worker's processes count, shown to Prometheus on loopback where `HALTE_METRICS_PORT` is set."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram, start_http_server

JOBS: Final = Counter("halte_jobs_total", "Jobs run, by what they are and how they ended", ["job", "outcome"])
JOB_SECONDS: Final = Histogram("halte_job_seconds", "How long jobs run", ["job"])
FACTS_RELAYED: Final = Counter("halte_facts_handed_out_total", "Deliveries handed out, first and repeated", ["round"])
WAITING: Final = Gauge("halte_deliveries_waiting", "Deliveries not done")
OLDEST_SECONDS: Final = Gauge("halte_deliveries_oldest_seconds", "Age of the oldest delivery not done")
FACTS_WAITING: Final = Gauge("halte_facts_waiting", "Facts not relayed")


def show_metrics(port: int) -> None:
    """Serve this process's metrics on loopback; 0 serves nothing. Whoever scrapes from afar comes through the proxy."""
    if port:
        start_http_server(port, addr="127.0.0.1")
