"""What a benchmark says of its figures."""

from benchmarks.race import at_least, at_most, interval, within

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
