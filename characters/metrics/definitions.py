"""Every metric of ours: its name, its labels, what it says, and where its numbers are.

Labels have few values, as each makes a time series: no ids, and nothing that players type.
"""

from characters.metrics.metric import (
    by_label,
    by_labels,
    counter,
    gateway,
    gauge,
    histogram,
    near_cache,
    near_cache_drops,
    one,
    shards,
    size,
)
from characters.workers.process import JOBS, WORKERS

OF_REGISTRIES = (
    counter(
        "characters_interactions_total",
        "Commands, presses, forms and completions of names, by how they ended.",
        lambda measures: by_labels(measures.interactions.outcomes),
        "kind",
        "command",
        "outcome",
    ),
    histogram(
        "characters_interaction_answer_seconds",
        "Time until Discord has the first answer to an interaction; it waits three seconds.",
        lambda measures: by_labels(measures.interactions.first_answers),
        "kind",
        "command",
    ),
    histogram(
        "characters_interaction_seconds",
        "Time until all that an interaction asks for is done, such as a whole import.",
        lambda measures: by_labels(measures.interactions.whole),
        "kind",
        "command",
    ),
    histogram(
        "characters_store_request_seconds",
        "Time of a round trip to the store that was answered.",
        lambda measures: one(measures.store.requests),
    ),
    counter(
        "characters_store_errors_total",
        "Requests that the store did not answer, or refused.",
        lambda measures: by_label(measures.store.errors),
        "reason",
    ),
    counter(
        "characters_near_cache_hits_total",
        "Reads that the process answered from memory, of active characters and of lists.",
        near_cache(lambda state: state.hits),
        "what",
    ),
    counter(
        "characters_near_cache_misses_total",
        "Reads of these that went to the store.",
        near_cache(lambda state: state.misses),
        "what",
    ),
    counter(
        "characters_near_cache_drops_total",
        "What is no longer remembered of a user, by reason.",
        near_cache_drops,
        "what",
        "reason",
    ),
    gauge(
        "characters_near_cache_entries",
        "Users of whom it is remembered.",
        near_cache(lambda state: state.entries),
        "what",
    ),
    gauge(
        "characters_near_cache_bytes",
        "About how much memory that takes.",
        near_cache(lambda state: state.size),
        "what",
    ),
    gauge(
        "characters_near_cache_valid",
        "1 while the server says what changes, so that anything is remembered.",
        lambda measures: one(measures.near_cache().is_valid),
    ),
    gauge(
        "characters_costly_actions",
        "Uploads, exports and the like that run or wait for their turn.",
        lambda measures: one(measures.busy()),
    ),
    counter(
        "characters_portraits_total",
        "Portraits that were saved, and those that were not, by the class of the error.",
        lambda measures: by_label(measures.portraits),
        "outcome",
    ),
    counter(
        "characters_import_files_total",
        "Files of players that were read, and those that could not be, by the problem.",
        lambda measures: by_label(measures.imports.files),
        "outcome",
    ),
    counter(
        "characters_imports_total",
        "Imports that were finished, and those that were stopped.",
        lambda measures: by_label(measures.imports.runs),
        "outcome",
    ),
    counter(
        "characters_imported_characters_total",
        "Characters of imports, by what became of them.",
        lambda measures: by_label(measures.imports.characters),
        "outcome",
    ),
    counter(
        "characters_lobby_edits_total",
        "Messages of lobbies that were redrawn, by what Discord said.",
        lambda measures: by_label(measures.lobby_edits),
        "outcome",
    ),
    gauge(
        "characters_gateway_ready",
        "1 while the bot is connected to Discord and knows its servers.",
        gateway(lambda gateway: gateway.is_ready),
    ),
    gauge(
        "characters_gateway_servers",
        "Discord servers of the shards of this process.",
        gateway(lambda gateway: gateway.servers),
    ),
    gauge(
        "characters_gateway_shard_connected",
        "1 while the shard is connected to Discord.",
        shards(lambda shard: shard.is_connected),
        "shard",
    ),
    gauge(
        "characters_gateway_latency_seconds",
        "Time until Discord answered the latest heartbeat of the shard.",
        shards(lambda shard: shard.latency),
        "shard",
    ),
)
# Every process of the bot says the same of these.
OF_THE_STORE = (
    gauge(
        "characters_stored_users",
        "Users with a character, as the latest daily sweep counted.",
        size(lambda sizes: sizes.users),
    ),
    gauge(
        "characters_stored_characters",
        "Characters in rosters at that sweep.",
        size(lambda sizes: sizes.characters),
    ),
    gauge(
        "characters_stored_trash",
        "Deleted characters and earlier versions in the trash at that sweep.",
        size(lambda sizes: sizes.trash),
    ),
    gauge(
        "characters_stored_files",
        "Portraits and thumbnails in the assets at that sweep.",
        size(lambda sizes: sizes.files),
    ),
    gauge(
        "characters_stored_file_bytes",
        "Size of those files at that sweep.",
        size(lambda sizes: sizes.file_bytes),
    ),
    gauge(
        "characters_swept_timestamp_seconds",
        "When that sweep was, in seconds since the epoch.",
        size(lambda sizes: sizes.at),
    ),
)
OF_THE_PROCESS = (
    counter(
        "characters_worker_jobs_total",
        "Images and files that worker processes have read, by how that ended.",
        lambda _: by_labels(JOBS.outcomes),
        "job",
        "outcome",
    ),
    histogram(
        "characters_worker_wait_seconds",
        "Time that a job waited until a worker process was free.",
        lambda _: one(JOBS.waits),
    ),
    histogram(
        "characters_worker_run_seconds",
        "Time that a job took in its worker process.",
        lambda _: by_label(JOBS.runs),
        "job",
    ),
    gauge(
        "characters_worker_jobs_running",
        "Jobs in worker processes now.",
        lambda _: one(WORKERS.held),
    ),
    gauge(
        "characters_worker_jobs_waiting",
        "Jobs that wait for a worker process now.",
        lambda _: one(WORKERS.waiting),
    ),
)
METRICS = (*OF_REGISTRIES, *OF_THE_STORE, *OF_THE_PROCESS)
