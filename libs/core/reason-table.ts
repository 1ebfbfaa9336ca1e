/** What a reason does to the limit; `safety`: the controller's own care; `operator`: a person's word or code. */
export const reasonClasses = ['grow', 'shrink', 'hold', 'safety', 'operator'] as const;
export type ReasonClass = (typeof reasonClasses)[number];

/** What a reason means, in phrases that stand behind its name. */
export interface ReasonWords {
  readonly class: ReasonClass;
  readonly says: string;
  /** Where to look for what is behind it. */
  readonly look: string;
  /** What would bring another decision. */
  readonly change: string;
}

/**
 * Every reason a limit can have, a closed set: metric label, span attribute, docs anchor, and the words of explanations and
 * of the runbook. First what laws say to go up, to go down and to hold; then the user's own; then the controller's.
 */
export const reasonTable = {
  'slow-start': {
    class: 'grow',
    says: 'the limit is used and nothing speaks against more yet, so it doubles about once per service time',
    look: 'whether service times grow with it',
    change: 'late jobs, a full device, no gain from the last doubling, or CONCURRENCY_MAX ends it',
  },
  headroom: {
    class: 'grow',
    says: 'the signal is within its mark and the limit is used, so there is room for more',
    look: 'the numbers beside it, against the mark of the strategy',
    change: 'it stops where the signal passes its mark, or where the limit is no longer used',
  },
  'queue-pressure': {
    class: 'grow',
    says: 'jobs wait and a higher limit was in time a short while ago, so it goes back there',
    look: 'arrivals, and the oldest job in the queue',
    change: 'an empty queue, or late jobs at that limit',
  },
  'goodput-up': {
    class: 'grow',
    says: 'more on-time jobs per second are expected at a higher limit',
    look: 'target, rate and variation on the strategy dashboard',
    change: 'more late jobs, or a service time that grows faster than the model has it',
  },
  'probe-up': {
    class: 'grow',
    says: 'a look at a higher limit, to learn what it brings',
    look: 'the rate of on-time jobs before and after',
    change: 'the next epoch keeps it if it brought more, and takes it back if not',
  },
  'saturation-probe': {
    class: 'grow',
    says: 'the device reads as full at the lowest limit while jobs wait, so one more job is tried',
    look: 'whether one job alone reads as full: then the signal says nothing here',
    change: 'the job stays if a tenth more jobs end per second; another SIGNAL needs no probe',
  },
  'deadline-misses': {
    class: 'shrink',
    says: 'too many jobs ended after their deadline',
    look: 'late jobs and service times; what else runs on the device',
    change: 'fewer late jobs: a longer LATENCY_TARGET, smaller jobs or a faster device',
  },
  'latency-high': {
    class: 'shrink',
    says: 'the slowest jobs use more of their deadline than the set point allows',
    look: 'p90 of service time over deadline',
    change: 'shorter service times, a longer LATENCY_TARGET or a higher set point',
  },
  'signal-high': {
    class: 'shrink',
    says: 'the device is fuller than the mark of the strategy allows',
    look: 'the GPU dashboard: which device, and whether others use it',
    change: 'the reading falls below the mark: fewer or smaller jobs, or nobody else on the device',
  },
  'goodput-down': {
    class: 'shrink',
    says: 'more on-time jobs per second are expected at a lower limit',
    look: 'target, rate and variation on the strategy dashboard',
    change: 'shorter service times, or a longer LATENCY_TARGET',
  },
  'probe-down': {
    class: 'shrink',
    says: 'a look at a lower limit, or back from a higher one that brought too little',
    look: 'the rate of on-time jobs before and after',
    change: 'the next epoch decides by what the lower limit brings',
  },
  'slo-brake': {
    class: 'shrink',
    says: 'more jobs were late than the model expected, so it is not believed above this limit for now',
    look: 'late against expected on the strategy dashboard',
    change: 'ten epochs without such a surprise',
  },
  overloaded: {
    class: 'shrink',
    says: 'the upstream refused jobs as too many (429, 503 or a full cache)',
    look: "the upstream's own limits and load",
    change: 'an upstream that takes more',
  },
  steady: {
    class: 'hold',
    says: 'the signal is where it should be: neither more nor less is asked for',
    look: 'the numbers beside it',
    change: 'a signal that leaves its mark, either way',
  },
  plateau: {
    class: 'hold',
    says: 'more jobs at once brought no more jobs per second',
    look: 'the rate at this limit and at the one above',
    change: 'the next look above, if it brings more by then; deadlines (LATENCY_TARGET) give a better goal',
  },
  'not-limited': {
    class: 'hold',
    says: 'the limit is not used up, so no growth is asked for',
    look: 'arrivals; admissions that the guard refused; whether the handler is ready',
    change: 'more jobs: from half of the time at the limit on it may grow',
  },
  'epoch-open': {
    class: 'hold',
    says: 'it is still measuring this limit',
    look: 'how many jobs end in a period: slow jobs make long epochs',
    change: 'enough jobs that started and ended at this limit',
  },
  cooldown: {
    class: 'hold',
    says: 'the next limit up failed a short while ago, or the last cut is too fresh',
    look: 'the last cut and its reason',
    change: 'time: it tries again, later each time it fails',
  },
  'warming-up': {
    class: 'hold',
    says: 'there are too few jobs yet to fit a model to',
    look: 'jobs on the strategy dashboard',
    change: 'some twenty jobs',
  },
  'no-samples': {
    class: 'hold',
    says: 'nothing ended that could be judged',
    look: 'arrivals, and whether the handler is ready',
    change: 'jobs that end',
  },
  'signal-unusable': {
    class: 'hold',
    says: 'the signal reads too high at the lowest limit, so it says nothing about room for more',
    look: 'flyball doctor; allocators that never give memory back; others on the device',
    change: 'another signal (CONCURRENCY_<STRATEGY>_SIGNAL), or deadlines (LATENCY_TARGET)',
  },
  fixed: {
    class: 'operator',
    says: 'the limit is a number that was set; nothing moves it',
    look: 'CONCURRENCY_FIXED_LIMIT, and how much of the time it was used while jobs waited',
    change: 'another CONCURRENCY_FIXED_LIMIT, or a strategy that finds it',
  },
  modifier: {
    class: 'operator',
    says: "the handler's own concurrency modifier said so",
    look: 'the concurrency modifier of the handler',
    change: 'another answer of the modifier',
  },
  'modifier-pending': {
    class: 'hold',
    says: "the handler's concurrency modifier has not answered yet",
    look: 'what the modifier waits for',
    change: 'its answer; after 30 s it is asked anew',
  },
  starting: {
    class: 'hold',
    says: 'the worker is starting',
    look: '/readyz',
    change: 'the first period',
  },
  'signal-missing': {
    class: 'safety',
    says: 'the strategy has never had the signal it goes by, so the limit is held',
    look: 'flyball doctor: which source answers, and what it does not tell',
    change: 'a source that tells it (TELEMETRY_GPU), or another SIGNAL; without one it falls after 30 s',
  },
  'signal-stale': {
    class: 'safety',
    says: 'the signal the strategy goes by is gone, so the limit is held',
    look: 'the telemetry rows of the GPU dashboard; nvidia-smi by hand on the node',
    change: 'three new readings; without them it falls after 30 s',
  },
  blind: {
    class: 'safety',
    says: 'the signal has been gone for more than 30 s, so the limit falls by a fifth every 10 s, to CONCURRENCY_INITIAL',
    look: 'the telemetry rows of the GPU dashboard; nvidia-smi by hand on the node',
    change: 'three new readings',
  },
  'strategy-error': {
    class: 'safety',
    says: 'the strategy failed, so the limit is held',
    look: 'the error in the decision record, and the log event strategy-failed',
    change: 'a period in which it answers with a number; or another CONCURRENCY_STRATEGY',
  },
  'oom-cut': {
    class: 'safety',
    says: 'memory ran out, so the limit was cut to seven tenths at once',
    look: 'the log event out-of-memory, and device memory against the ceiling of the guard',
    change: 'it grows again while memory holds; jobs that declare their memory are placed better',
  },
  override: {
    class: 'operator',
    says: 'a person set the limit',
    look: 'who, why and until when',
    change: 'flyball resume, or the end of its time',
  },
  frozen: {
    class: 'operator',
    says: 'a person keeps the limit as it is',
    look: 'who, why and until when',
    change: 'flyball resume, or the end of its time',
  },
  draining: {
    class: 'operator',
    says: 'the worker is stopping: it takes no more jobs and lets the running ones end',
    look: 'who stops it: a deployment, a scale-down or a signal',
    change: 'nothing here: the process ends; another worker takes the jobs',
  },
} as const satisfies Readonly<Record<string, ReasonWords>>;
