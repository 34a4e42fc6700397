"""Metrics, the dashboard, the alerts and the log, as the pages and the files in `deploy/` say."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
import yaml
from redis.asyncio import Redis

from characters.metrics.definitions import METRICS
from characters.metrics.exposition import BUILD, metrics_page
from characters.registry import Registry
from cogs.characters.ui.observing import Outcome
from game_characters.registries import registry_of
from tests.docs.pages import ROOT, block, names_in, table
from tests.player_input import USER
from tests.prometheus import names_in_query, promtool, series, value

PAGE = "docs/operating.md"
DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
ALERTS = ROOT / "deploy" / "alerts.yml"
OF_PROMETHEUS = {"up"}
TARGET_LABELS = {"instance", "job"}


def expected() -> dict[str, set[str]]:
    """The labels of all our series."""
    labels = {name: {*metric.labels} for metric in METRICS for name in metric.series}
    for name, found in labels.items():
        if name.endswith("_bucket"):
            found.add("le")
    return labels | {f"{BUILD}_info": {"version"}}


def expressions() -> Iterator[str]:
    """Every query of the dashboard and the alerts."""
    document = json.loads(DASHBOARD.read_text())
    for panel in document["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))
    for variable in document["templating"]["list"]:
        if variable["type"] == "query":
            query = variable["query"]["query"]
            assert query.startswith("label_values(")
            yield f"count by ({query.split(', ')[1].strip(')')}) ({query[13:].split(',')[0]})"
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def test_the_table_names_every_metric_with_its_labels() -> None:
    described = {
        row[0].strip("`"): {each.strip().strip("`") for each in row[1].split(",") if each.strip()}
        for row in table(PAGE, "metric")
    }
    metrics = {metric.name: {*metric.labels} for metric in METRICS}
    assert described == metrics | {f"{BUILD}_info": {"version"}}


def test_the_table_names_every_outcome() -> None:
    assert [row[0].strip("`") for row in table(PAGE, "outcome")] == [*map(str, Outcome)]


def test_each_query_names_metrics_and_labels_that_exist(registry: Registry) -> None:
    page = metrics_page(registry)("")[0].decode()
    known = expected()
    known |= {name: set() for name, _ in series(page) if name.startswith("process_")}
    queries = [*expressions()]
    assert len(queries) > 50
    for query in queries:
        selected, groups = names_in_query(query)
        assert selected, query
        assert selected.keys() <= known.keys() | OF_PROMETHEUS, query
        for name, labels in selected.items():
            assert labels <= known.get(name, set()) | TARGET_LABELS, query
        of_any = {label for name in selected for label in known.get(name, set())}
        assert groups <= of_any | TARGET_LABELS, query


@pytest.mark.parametrize(
    ("query", "names", "groups"),
    [
        ('sum by (le, x) (rate(a_bucket{b="c}", d!~"e"}[5m])) / f', {"a_bucket", "f"}, {"le", "x"}),
        ("1 - max(g) or vector(0) unless on (h) i > 2 * 86400", {"g", "i"}, {"h"}),
    ],
)
def test_names_are_found_in_queries(query: str, names: set[str], groups: set[str]) -> None:
    selected, found = names_in_query(query)
    assert (selected.keys(), found) == (names, groups)
    assert selected.get("a_bucket", {"b", "d"}) == {"b", "d"}


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {name for query in expressions() for name in names_in_query(query)[0]}
    for metric in METRICS:
        assert shown & {*metric.series}, metric.name


def test_prometheus_understands_every_query(tmp_path: Path) -> None:
    promtool("check", "rules", ALERTS)
    replaced = [each.replace("$__rate_interval", "5m") for each in expressions()]
    rules = [{"record": f"query:{n}", "expr": each} for n, each in enumerate(replaced)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", file)


def test_prometheus_takes_the_example(tmp_path: Path) -> None:
    (tmp_path / "alerts.yml").write_text(ALERTS.read_text())
    file = tmp_path / "prometheus.yml"
    file.write_text(block(PAGE, "scrape_configs"))
    promtool("check", "config", file)
    (job,) = yaml.safe_load(file.read_text())["scrape_configs"]
    assert f'job="{job["job_name"]}"' in ALERTS.read_text()


def firing(name: str, values: dict[str, str], count: int, minutes: int = 28) -> dict[str, Any]:
    """A test of promtool: so many alerts of this name are raised after these values."""
    query = f'count(ALERTS{{alertname="{name}", alertstate="firing"}}) or vector(0)'
    expected = [{"labels": "{}", "value": count}]
    return {
        "interval": "1m",
        "input_series": [{"series": each, "values": numbers} for each, numbers in values.items()],
        "promql_expr_test": [{"eval_time": f"{minutes}m", "expr": query, "exp_samples": expected}],
    }


def test_alerts_are_raised_where_something_is_wrong_and_else_not(tmp_path: Path) -> None:
    bad: dict[str, dict[str, str]] = {
        "CharactersProcessDown": {'up{job="characters"}': "0x30"},
        "CharactersNotConnected": {"characters_gateway_ready": "0x30"},
        "CharactersStoreAway": {'characters_store_errors_total{reason="no_answer"}': "0+60x30"},
        "CharactersStoreRefuses": {'characters_store_errors_total{reason="refused"}': "0x25 1x5"},
        "CharactersAnswersLate": {
            'characters_interaction_answer_seconds_bucket{le="3.0"}': "0+9x30",
            "characters_interaction_answer_seconds_count": "0+10x30",
        },
        "CharactersInteractionsFail": {
            'characters_interactions_total{outcome="failed"}': "0x25 1x5"
        },
        "CharactersWorkersBusy": {"characters_worker_jobs_waiting": "20x30"},
        "CharactersPortraitsUnsaved": {
            'characters_portraits_total{outcome="PortraitUnsaved"}': "0+1x30"
        },
    }
    good = {
        'up{job="characters"}': "1x30",
        "characters_gateway_ready": "1x30",
        'characters_store_errors_total{reason="no_answer"}': "0+1x30",
        'characters_store_errors_total{reason="refused"}': "3x30",
        'characters_interaction_answer_seconds_bucket{le="3.0"}': "0+10x30",
        "characters_interaction_answer_seconds_count": "0+10x30",
        'characters_interactions_total{outcome="failed"}': "2x30",
        "characters_worker_jobs_waiting": "3x30",
        'characters_portraits_total{outcome="PortraitUnsaved"}': "1x30",
    }
    tests = [firing(name, values, 1) for name, values in bad.items()]
    tests += [firing(name, good, 0) for name in bad]
    check_alerts(tmp_path, tests)


def test_an_alert_is_raised_where_no_sweep_has_ended_for_two_days_or_ever(tmp_path: Path) -> None:
    """But not where nothing is known of any process: another alert is about that."""
    bots, sweep, day = "characters_build_info", "characters_swept_timestamp_seconds", 24 * 60
    cases = [
        ({bots: "1x100"}, 1, 70),
        ({bots: "1x100"}, 0, 50),
        ({}, 0, 70),
        ({bots: "1x4000", sweep: "0x4000"}, 0, 2 * day),
        ({bots: "1x4000", sweep: "0x4000"}, 1, 2 * day + 70),
    ]
    check_alerts(tmp_path, [firing("CharactersSweepOld", *case) for case in cases])


def check_alerts(tmp_path: Path, tests: list[dict[str, Any]]) -> None:
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(ALERTS)], "tests": tests}))
    promtool("test", "rules", file)


async def test_a_main_bot_publishes_the_metrics_with_its_own(
    registry: Registry, valkey: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own registry is looked into from another thread, as prometheus-client does it."""
    monkeypatch.chdir(tmp_path)
    own = prometheus_client.CollectorRegistry()
    monkeypatch.setattr(prometheus_client, "REGISTRY", own)

    class Bot:
        character_registry = registry

    await names_in("docs/main-bot.md", "publish_metrics")["publish_metrics"](Bot(), valkey)
    await registry.roster(USER)
    await registry_of(valkey).roster(USER)
    page = await asyncio.to_thread(prometheus_client.generate_latest, own)
    assert value(page.decode(), "characters_store_request_seconds_count") == 2
