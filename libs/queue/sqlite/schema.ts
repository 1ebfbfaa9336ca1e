/** Marks a file as ours (`PRAGMA application_id`): "FLYB". */
export const applicationId = 0x464c5942;

/**
 * The file's whole history: entry n brings version n to n + 1. Entries are only ever added.
 *
 * - Rows of `job` stay small, because a claim and an ending each rewrite one: inputs above 1 KiB live in `payload`.
 * - `seq` is the place in the queue. A lost attempt returns to it; an explicit retry gets a new one.
 * - `due` is the one moment at which the row next needs the clock: its ttl, the end of its back-off, or, once final, its
 *   removal.
 * - `attempts`, `worker`, `started_at` describe the last attempt; `history` (JSON) those before it that did not succeed.
 * - `tally` holds the counters, so that none is ever counted from rows, and the highest numbers given out.
 * - `owner` says who has the file open, and when it last renewed its leases.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE job (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    status INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    enqueued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    retention INTEGER NOT NULL,
    execution_timeout INTEGER NOT NULL,
    started_at INTEGER,
    execution INTEGER,
    ended_at INTEGER,
    expired INTEGER,
    worker TEXT,
    traceparent TEXT,
    webhook TEXT,
    details TEXT,
    s3_config TEXT,
    input TEXT,
    output TEXT,
    error_type TEXT,
    error TEXT,
    history TEXT
  );
  CREATE UNIQUE INDEX job_id ON job (id);
  CREATE INDEX job_waiting ON job (priority, seq) WHERE status = 0;
  CREATE INDEX job_delayed ON job (seq) WHERE status = 6;
  CREATE INDEX job_due ON job (due);
  CREATE TABLE payload (seq INTEGER PRIMARY KEY, input TEXT NOT NULL);
  CREATE TABLE chunk (job INTEGER NOT NULL, seq INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (job, seq)) WITHOUT ROWID;
  CREATE TABLE webhook (
    job TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    traceparent TEXT,
    delivery INTEGER NOT NULL,
    due INTEGER NOT NULL
  );
  CREATE INDEX webhook_due ON webhook (due);
  CREATE TABLE tally (
    waiting INTEGER NOT NULL,
    low_priority INTEGER NOT NULL,
    leased INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    timed_out INTEGER NOT NULL,
    retried INTEGER NOT NULL,
    last_job INTEGER NOT NULL,
    last_chunk INTEGER NOT NULL
  );
  INSERT INTO tally VALUES (0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  CREATE TABLE owner (endpoint TEXT NOT NULL, pid INTEGER NOT NULL, opened_at INTEGER NOT NULL, renewed_at INTEGER NOT NULL);
  `,
];
