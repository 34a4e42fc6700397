"""What is counted of the jobs of worker processes."""

import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from characters.measures import JOB_BOUNDS, Histogram
from characters.workers.worker import LimitReached, WorkerFailed

_OUTCOMES: dict[type[BaseException], str] = {
    LimitReached: "limit",
    WorkerFailed: "failed",
    OSError: "not_started",
}


class RunningJob:
    """A job whose worker has begun; `outcome` is what it is counted as."""

    def __init__(self) -> None:
        self.outcome = "done"


class JobMeasures:
    """Of all jobs: how long they waited for a worker, how long each took, and how they ended.

    `outcomes` has the function of the job and `done`, `refused`, `limit`, `failed`, `not_started`
    or `stopped`.
    """

    def __init__(self) -> None:
        self.waits = Histogram(JOB_BOUNDS)
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.runs: dict[str, Histogram] = {}

    @contextmanager
    def running(self, function: str) -> Generator[RunningJob, None, None]:
        """Measures what is done inside as this job."""
        job, begun = RunningJob(), time.monotonic()
        try:
            yield job
        except BaseException as error:
            kinds = (outcome for kind, outcome in _OUTCOMES.items() if isinstance(error, kind))
            job.outcome = next(kinds, "stopped")
            raise
        finally:
            self.outcomes[function, job.outcome] += 1
            runs = self.runs.setdefault(function, Histogram(JOB_BOUNDS))
            runs.observe(time.monotonic() - begun)
