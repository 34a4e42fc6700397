"""The settings as the doctor shows them: where they come from, and nothing that is secret."""

from pathlib import Path

import pytest

from characters.doctor.setting_values import setting_facts


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def values() -> dict[str, str]:
    return {fact.name: fact.value for fact in setting_facts()}


def test_each_setting_says_where_it_comes_from(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".env").write_text("ROSTER_LIMIT=50\nLOG_LEVEL=DEBUG\nASSETS_URL=\n")
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    found = values()
    assert found[".env"] == str(home / ".env")
    assert found["ROSTER_LIMIT"] == "50 (.env)"
    assert found["LOG_LEVEL"] == "WARNING (environment)"
    assert found["DATA_DIR"] == "data"
    assert found["ASSETS_URL"] == "not set"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://bot:canary@store:6379/3", "redis://bot:…@store:6379/3"),
        ("rediss://:canary@[::1]:6380", "rediss://:…@[::1]:6380"),
        ("redis://store?password=canary&db=2", "redis://store?password=…&db=…"),
        ("unix:///run/valkey.sock", "unix:///run/valkey.sock"),
        ("redis://canary@store:6379", "redis://…@store:6379"),
        ("redis://bot:12/canary@store", "set, hidden here"),
        ("redis://bot:12#canary@store", "set, hidden here"),
        ("redis://bot:12?canary@store", "set, hidden here"),
    ],
)
def test_a_password_is_hidden(monkeypatch: pytest.MonkeyPatch, url: str, shown: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    monkeypatch.setenv("DISCORD_TOKEN", "canary.token")
    found = values()
    assert found["REDIS_URL"] == f"{shown} (environment)"
    assert found["DISCORD_TOKEN"] == "set, hidden here (environment)"
    assert "canary" not in str(found)


def test_a_token_is_hidden_whatever_it_looks_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "https://discord.com/api/webhooks/1/canary")
    assert values()["DISCORD_TOKEN"] == "set, hidden here (environment)"


def test_a_wrong_value_is_named_with_what_it_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTER_LIMIT", "many")
    monkeypatch.setenv("REDIS_URL", "http://canary@store")
    facts = [fact for fact in setting_facts() if fact.advice]
    assert {fact.value for fact in facts} == {"ROSTER_LIMIT", "REDIS_URL"}
    assert any("a whole number" in fact.advice for fact in facts)
    assert "canary" not in str(facts)
