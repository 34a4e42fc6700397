"""What a benchmark says of its figures."""

from benchmarks.race import a_second, at_least, at_most, below, interval, within

THEIRS = [1.0] * 25
STEADY = [1.4] * 25
NOISY = [1.0, 1.5, 1.6, 1.3, 1.2] * 5  # 1.3 at the median


def test_a_limit_that_noise_reaches_is_no_failure() -> None:
    assert at_most(1.5, "x", STEADY, THEIRS).verdict == "ok"
    assert at_most(1.35, "x", STEADY, THEIRS).verdict == "FAIL"
    assert at_most(1.25, "x", NOISY, THEIRS).verdict == "noise"
    assert at_most(1.1, "x", NOISY, THEIRS).verdict == "FAIL"
    assert at_most(1.1, "x", [1.0, 1.0, 1.3, 1.3, 1.3], THEIRS[:5]).verdict == "FAIL"
    assert within(1.25, "x", NOISY).verdict == "noise"
    assert within(1.1, "x", NOISY).verdict == "FAIL"


def test_at_least_is_the_other_way_round() -> None:
    assert at_least(1.2, "x", THEIRS, NOISY).verdict == "ok"
    assert at_least(1.4, "x", THEIRS, NOISY).verdict == "noise"
    assert at_least(1.7, "x", THEIRS, NOISY).verdict == "FAIL"


def test_a_row_has_the_figure_its_spread_and_the_room_below_the_limit() -> None:
    claim = at_most(1.5, "x", NOISY, THEIRS)
    assert (claim.figure, claim.limit) == ("1.30 ×", "≤ 1.50 (+15%)")
    assert claim.spread == "1.20–1.50"


def test_a_limit_that_is_far_away_is_wide() -> None:
    assert within(1.0, "x", [0.0, 0.001, 0.002]).limit == "≤ 1 s (wide)"


def test_the_interval_narrows_with_the_number_of_rounds() -> None:
    assert interval([3.0, 1.0, 2.0]) == (1.0, 3.0)
    assert interval(list(map(float, range(101)))) == (40.0, 60.0)


def test_a_limit_in_seconds_is_longer_on_a_slower_machine() -> None:
    for claim in (
        within(1.1, "x", STEADY),
        below(1.1, "x", 1.4),
        a_second(140, "x", [110.0] * 9),
    ):
        assert claim.verdict == "FAIL"
        assert claim.on_machine(1.2).verdict == "FAIL"
        assert claim.on_machine(1.3).verdict == "slow"
        assert claim.on_machine(1.3).holds


def test_a_ratio_is_the_same_on_every_machine() -> None:
    claim = at_most(1.35, "x", STEADY, THEIRS)
    assert claim.on_machine(9).verdict == "FAIL"
    assert within(1.5, "x", STEADY).on_machine(9).verdict == "ok"


def test_how_many_were_done_in_a_second_is_a_rate() -> None:
    claim = a_second(100, "x", [130.0, 120.0, 110.0])
    assert (claim.verdict, claim.figure, claim.limit) == ("ok", "120 a second", "≥ 100 (+20%)")
    assert a_second(125, "x", [100.0, 110.0, 120.0, 130.0, 140.0]).verdict == "noise"
