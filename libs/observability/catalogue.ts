import { boundBits, errorTypes, guardStates, modes, outcomes, reasons } from '#libs/core';
import { counter, gauge, histogram, stateSet, type Family } from './family.ts';
import {
  actions,
  admissionReasons,
  admissionResults,
  factors,
  handlerExitCauses,
  handlerKinds,
  httpOperations,
  jobEnds,
  leaseLossCauses,
  outboxResults,
  outOfMemoryScopes,
  periodResults,
  queueOperations,
  queueResults,
  queueStates,
  recordResults,
  recordSinks,
  signals,
  spanResults,
  statusClasses,
  strategyErrorKinds,
  webhookResults,
  workerKinds,
} from './label-sets.ts';
import { gpus, surroundings, telemetry } from './telemetry-catalogue.ts';

const queue = 'queue';
const exemplars = { exemplars: true } as const;
const whenSeen = { starts: 'when-seen' } as const;
const bounds = boundBits.filter((bit) => bit !== 'none');

const controller = {
  concurrency_limit: gauge('jobs', { queue }, 'Jobs the gate lets run at once.'),
  concurrency_limit_exact: gauge('jobs', { queue }, 'The limit before the gate floors it.'),
  concurrency_limit_wanted: gauge('jobs', { queue }, 'What the strategy asked for, before bounds.'),
  concurrency_limit_min: gauge('jobs', { queue }, 'Configured lower bound of the limit.'),
  concurrency_limit_max: gauge('jobs', { queue }, 'Configured upper bound of the limit.'),
  concurrency_limit_shadow: gauge('jobs', { queue, strategy: 'open' }, 'What a shadow strategy asked for.'),
  concurrency_limit_member: gauge(
    'jobs',
    { queue, strategy: 'open' },
    'What one member of a composed strategy asked for.',
  ),
  strategy_info: gauge(
    'none',
    { queue, strategy: 'strategy', config_hash: 'open' },
    'Constant 1 for the strategy in force.',
  ),
  strategy_term: gauge(
    'none',
    { queue, strategy: 'strategy', term: 'open' },
    'A number behind the last decision, in the unit of the strategy (set point, error, gain, p, i, d, knee).',
  ),
  strategy_errors_total: counter(
    { queue, strategy: 'strategy', kind: strategyErrorKinds },
    'Periods in which a strategy failed and the limit was held.',
  ),
  signal_pressure_ratio: gauge(
    'ratio',
    { queue, signal: signals },
    'One signal over its ceiling as the last decision saw it; it may exceed 1.',
  ),
  limiting_factor: stateSet({ queue, factor: factors }, '1 for the one thing that keeps the limit from being higher.'),
  bound_active: stateSet({ queue, bound: bounds }, '1 while this bound shaped the last decision.'),
  controller_mode: stateSet({ queue, mode: modes }, '1 for the mode the controller is in.'),
  decisions_total: counter(
    { queue, action: actions, reason: reasons },
    'Decisions by action and reason; holds are counted too.',
  ),
  limit_reversals_total: counter({ queue }, 'Limit changes against the direction of the one before.'),
  limit_last_change_timestamp_seconds: gauge(
    'timestamp',
    { queue, action: actions, reason: reasons },
    'Time of the last change with this action and reason.',
  ),
  control_last_period_timestamp_seconds: gauge('timestamp', { queue }, 'Time the last period ended.'),
  control_periods_total: counter({ queue, result: periodResults }, 'Periods by result.'),
  control_period_duration_seconds: histogram('PERIOD', { queue }, 'Time to observe, decide, apply and record.'),
  control_period_lag_seconds: histogram('LAG', { queue }, 'Actual minus planned start of a period.'),
  worker_warm: gauge('none', { queue }, '1 when ready for 120 s and not draining.'),
  worker_draining: gauge('none', { queue }, '1 from the start of the drain.'),
};

/** Of the devices that the guard watches: absent where it knows of no memory. */
const guard = {
  guard_predicted_bytes: gauge(
    'bytes',
    { gpu: 'open' },
    'Device memory predicted if one more job started now, with what is kept free to be safe.',
  ),
  guard_ceiling_bytes: gauge('bytes', { gpu: 'open' }, 'Device memory the guard is willing to fill.'),
  guard_footprint_bytes: gauge('bytes', { gpu: 'open' }, 'Learnt memory of one more job.'),
  guard_trust_ratio: gauge(
    'ratio',
    { gpu: 'open' },
    'Share of the ceiling still trusted after out-of-memory; 1 is all.',
  ),
  guard_state: stateSet({ queue, state: guardStates }, '1 for the state the guard is in.'),
};

const jobs = {
  inflight_jobs: gauge('jobs', { queue }, 'Attempts now running.'),
  gate_waiting_jobs: gauge('jobs', { queue }, 'Leased jobs waiting at the gate.'),
  gate_wait_seconds: histogram('WAIT', { queue }, 'Time a leased job waited at the gate.', exemplars),
  admissions_total: counter({ queue, result: admissionResults, reason: admissionReasons }, 'Answers of the gate.', {
    occurs: ({ result, reason }) => (result === 'admitted') === (reason === ''),
  }),
  attempts_total: counter(
    { queue, outcome: outcomes, error_type: ['', ...errorTypes] },
    'Attempts ended, by outcome.',
    { occurs: ({ outcome, error_type }) => (outcome === 'succeeded') === (error_type === '') },
  ),
  jobs_finished_total: counter({ queue, status: jobEnds }, 'Jobs whose terminal state was accepted by the queue here.'),
  job_retries_total: counter({ queue, error_type: errorTypes }, 'Attempts given back to be tried again.'),
  job_queue_wait_seconds: histogram('WAIT', { queue }, 'Enqueue to start of the first attempt.', exemplars),
  job_service_seconds: histogram('SERVICE', { queue, outcome: outcomes }, 'Start to end of one attempt.', {
    ...exemplars,
    semconv: 'messaging.process.duration',
  }),
  job_total_seconds: histogram(
    'WAIT',
    { queue, status: jobEnds },
    'Enqueue to terminal state, over all attempts.',
    exemplars,
  ),
  job_deadline_ratio: histogram(
    'SLACK',
    { queue },
    'Service time over the deadline of the job; above 1 is a miss. Only jobs that have a deadline.',
    exemplars,
  ),
  clock_skew_total: counter({ queue }, 'Waits that came out negative between hosts and were clamped to 0.'),
  out_of_memory_total: counter({ queue, scope: outOfMemoryScopes }, 'Out-of-memory failures by what they cost.'),
};

const queues = {
  queue_jobs: gauge(
    'jobs',
    { queue, state: queueStates },
    'Jobs in the queue by state; absent where the queue cannot tell.',
  ),
  queue_oldest_age_seconds: gauge('seconds', { queue }, 'Age of the oldest waiting job; 0 when none waits.'),
  queue_operations_total: counter(
    { queue, operation: queueOperations, result: queueResults },
    'Queue operations by result.',
  ),
  queue_operation_seconds: histogram(
    'HTTP',
    { queue, operation: queueOperations },
    'Duration of one queue operation (long polls count their wait).',
  ),
  leases_lost_total: counter({ queue, cause: leaseLossCauses }, 'Leases that ended without our doing.'),
  outbox_results: gauge('count', { queue }, 'Finished results not yet accepted by the queue.'),
  outbox_oldest_age_seconds: gauge('seconds', { queue }, 'Age of the oldest such result; 0 when none.'),
  outbox_deliveries_total: counter({ queue, result: outboxResults }, 'Tries to deliver a result.'),
  handler_up: gauge('none', { queue, kind: handlerKinds }, '1 while the handler can take a job.'),
  handler_restarts_total: counter(
    { queue, kind: handlerKinds, cause: handlerExitCauses },
    'Restarts of the handler process.',
    whenSeen,
  ),
  handler_start_seconds: histogram(
    'WAIT',
    { queue, kind: handlerKinds },
    'Start of the handler to ready: the cold start.',
    whenSeen,
  ),
  http_requests_total: counter(
    { operation: httpOperations, code: statusClasses },
    'HTTP requests by operation and status class.',
  ),
  http_request_seconds: histogram('HTTP', { operation: httpOperations }, 'Duration of an HTTP request.', {
    ...exemplars,
    ...whenSeen,
  }),
  gateway_workers: gauge('count', { queue, kind: workerKinds }, 'Workers of the queue that are not taken as gone.'),
  webhook_deliveries_total: counter({ queue, result: webhookResults }, 'Webhook deliveries.'),
};

const process = {
  eventloop_delay_seconds: histogram('LAG', {}, 'Event-loop delay, timer resolution subtracted.'),
  eventloop_utilization_ratio: gauge('ratio', {}, 'Event-loop utilisation since the last period.'),
  decision_records_total: counter({ sink: recordSinks, result: recordResults }, 'Decision records by sink and fate.'),
  spans_total: counter({ result: spanResults }, 'Spans by fate; absent while tracing is off.', whenSeen),
  label_overflow_total: counter({ family: 'open' }, 'Values outside a closed set that became other.'),
  metrics_render_seconds: histogram('PERIOD', {}, 'Time to render /metrics.'),
  build_info: gauge(
    'none',
    { version: 'open', revision: 'open', node_version: 'open' },
    'Constant 1, labelled with build identity.',
  ),
};

/** Every family, by what it is about. Each group is rendered on its own, so that no scrape holds the event loop. */
export const catalogue = { controller, guard, jobs, queues, telemetry, gpus, surroundings, process };

/** Every family by name. */
export const families = {
  ...controller,
  ...guard,
  ...jobs,
  ...queues,
  ...telemetry,
  ...gpus,
  ...surroundings,
  ...process,
};
export type FamilyName = keyof typeof families;
export type NamesOf<Type> = {
  [Name in FamilyName]: (typeof families)[Name] extends Family<infer Own> ? (Own extends Type ? Name : never) : never;
}[FamilyName];
export type LabelsOf<Name extends FamilyName> = {
  readonly [Label in keyof (typeof families)[Name]['labels']]: string;
};
