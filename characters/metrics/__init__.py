"""Metrics for Prometheus; `exposition` needs the extra `metrics`."""
