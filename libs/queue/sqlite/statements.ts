import type { DatabaseSync, StatementSync } from 'node:sqlite';

const viewColumns = `seq, id, status, priority, attempts, enqueued_at, expires_at, retention, started_at, execution, ended_at, expired,
  worker, traceparent, webhook, output, error, history`;

const texts = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  saveTally: `UPDATE tally SET waiting = ?, low_priority = ?, leased = ?, completed = ?, failed = ?, cancelled = ?,
    timed_out = ?, retried = ?, last_job = ?, last_chunk = ?`,
  readTally: 'SELECT * FROM tally',
  readOwner: 'SELECT endpoint, renewed_at FROM owner',
  deleteOwner: 'DELETE FROM owner',
  insertOwner: 'INSERT INTO owner VALUES (?, ?, ?, ?)',
  renew: 'UPDATE owner SET renewed_at = ?',

  insertJob: `INSERT INTO job (seq, id, status, priority, attempts, enqueued_at, expires_at, due, retention, execution_timeout,
    traceparent, webhook, details, s3_config, input) VALUES (?, ?, 0, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertPayload: 'INSERT INTO payload (seq, input) VALUES (?, ?)',
  readPayload: 'SELECT input FROM payload WHERE seq = ?',
  nextWaiting: `SELECT seq, id, priority, attempts, enqueued_at, expires_at, retention, execution_timeout, traceparent, webhook,
    details, s3_config, input, history FROM job WHERE status = 0 AND expires_at > ? ORDER BY priority, seq LIMIT ?`,
  claim: 'UPDATE job SET status = 1, attempts = ?, started_at = ?, worker = ? WHERE seq = ?',
  oldestWaiting: 'SELECT enqueued_at FROM job WHERE status = 0 AND priority = ? ORDER BY seq LIMIT 1',

  succeed: `UPDATE job SET status = 2, output = ?, execution = ?, ended_at = ?, due = ?, s3_config = NULL
    WHERE seq = ? AND status = 1 AND attempts = ?`,
  // A job that can be retried keeps its credentials for that; every other end removes them.
  finish: `UPDATE job SET status = ?1, output = ?, error_type = ?, error = ?, execution = ?, ended_at = ?, due = ?, expired = ?,
    history = ?, s3_config = CASE WHEN ?1 IN (3, 5) THEN s3_config END WHERE seq = ?`,
  requeue: `UPDATE job SET status = ?, attempts = ?, started_at = ?, worker = ?, execution = ?, due = ?, output = NULL,
    history = ? WHERE seq = ?`,
  progress: 'UPDATE job SET output = ? WHERE seq = ? AND status = 1 AND attempts = ?',
  setLife: `UPDATE job SET expires_at = ?, due = CASE status WHEN 6 THEN MIN(due, ?) ELSE ? END WHERE seq = ?`,
  restart: `UPDATE job SET seq = ?, status = 0, attempts = 0, enqueued_at = ?, expires_at = ?, due = ?, started_at = NULL,
    execution = NULL, ended_at = NULL, expired = NULL, worker = NULL, output = NULL, error_type = NULL, error = NULL
    WHERE seq = ?`,
  movePayload: 'UPDATE payload SET seq = ? WHERE seq = ?',

  isLeased: 'SELECT 1 FROM job WHERE seq = ? AND status = 1 AND attempts = ?',
  seqOf: 'SELECT seq FROM job WHERE id = ?',
  jobById: `SELECT ${viewColumns} FROM job WHERE id = ?`,
  jobBySeq: `SELECT ${viewColumns} FROM job WHERE seq = ?`,
  inputOf: 'SELECT coalesce(job.input, payload.input) AS input FROM job LEFT JOIN payload USING (seq) WHERE seq = ?',
  leasedJobs: `SELECT ${viewColumns} FROM job WHERE status = 1 ORDER BY seq LIMIT ?`,
  waitingJobs: `SELECT ${viewColumns} FROM job WHERE status = 0 AND seq <= ? ORDER BY priority, seq LIMIT ?`,
  delayedJobs: `SELECT ${viewColumns} FROM job WHERE status = 6 AND seq <= ? ORDER BY seq LIMIT ?`,
  dueJobs: `SELECT ${viewColumns} FROM job WHERE due <= ? ORDER BY due LIMIT ?`,
  nextDue: 'SELECT min(due) AS due FROM job',
  wait: 'UPDATE job SET status = 0, due = expires_at WHERE seq = ?',
  deleteJob: 'DELETE FROM job WHERE seq = ?',
  deletePayload: 'DELETE FROM payload WHERE seq = ?',

  insertChunk: 'INSERT INTO chunk (job, seq, data) VALUES (?, ?, ?)',
  readChunks: 'SELECT seq, data FROM chunk WHERE job = ? ORDER BY seq',
  acknowledgeChunks: 'DELETE FROM chunk WHERE job = (SELECT seq FROM job WHERE id = ?) AND seq <= ?',
  deleteChunks: 'DELETE FROM chunk WHERE job = ?',

  insertWebhook: 'INSERT OR REPLACE INTO webhook VALUES (?, ?, ?, ?, 0, ?)',
  dueWebhooks: 'SELECT job, url, body, traceparent, delivery FROM webhook WHERE due <= ? ORDER BY due LIMIT ?',
  nextWebhook: 'SELECT min(due) AS due FROM webhook',
  takeWebhook: 'UPDATE webhook SET delivery = ?, due = ? WHERE job = ?',
  deleteWebhook: 'DELETE FROM webhook WHERE job = ?1 AND body = coalesce(?2, body)',
  delayWebhook: 'UPDATE webhook SET due = ?1 WHERE job = ?2 AND body = coalesce(?3, body)',
} as const;

export type Statements = { readonly [Name in keyof typeof texts]: StatementSync };

/** Every statement of the queue, compiled once. */
export function prepareStatements(db: DatabaseSync): Statements {
  const entries = Object.entries(texts).map(([name, text]) => [name, db.prepare(text)] as const);
  return Object.fromEntries(entries) as Statements;
}
