/** All that one run of the control bench found: what tables, pages and JSON are made from. Times in ms, rates in jobs/s. */
export interface BenchResults {
  readonly suite: 'named' | 'variants' | 'family';
  readonly commit: string;
  /** Hash of the simulated device and its scenarios. */
  readonly plant: string;
  /** Clients declare size, memory and class too; otherwise deadlines alone. */
  readonly hints: boolean;
  /** Of each subject on each scenario. */
  readonly runs: number;
  /** Empty where they are kept secret. */
  readonly seeds: readonly number[];
  /** Where the arrivals and token counts of S3, S6, S7 are from. */
  readonly traces: 'recorded' | 'generators';
  /** What running out of memory does: all in flight is lost and the worker reloads, or the newest job fails. */
  readonly outOfMemory: 'fatal' | 'job';
  /** Of a failed job, in on-time jobs, in the headline. */
  readonly price: number;
  /** How many revisions of the laws were scored on this suite. */
  readonly revisions: number;
  /** What makes these results. */
  readonly command?: string;
  readonly subjects: readonly SubjectResult[];
  readonly scenarios: readonly ScenarioResult[];
  /** Somebody to compare with who is no subject: he knows what no law knows. */
  readonly reference?: { readonly name: string; readonly summary: SubjectSummary };
  /** What the figures are compared with. */
  readonly sections?: readonly Section[];
}

/** Cells as they are read; the first column names, the others are numbers. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Section {
  readonly title: string;
  readonly table: Table;
  readonly notes?: readonly string[];
}

/** `candidate`: ours, not shipped; `peer`: a law of others, `peer+guard`: the same behind our memory guard. */
export const subjectKinds = ['ours', 'candidate', 'peer+guard', 'peer', 'fixed'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export interface SubjectResult {
  readonly name: string;
  /** The product's default strategy. */
  readonly default: boolean;
  readonly kind: SubjectKind;
  readonly scores: readonly ScenarioScore[];
  readonly summary: SubjectSummary;
}

/** Over scenarios and runs; ratios to the best fixed limit. */
export interface SubjectSummary {
  readonly mean: number;
  readonly median: number;
  readonly p10: number;
  readonly p01: number;
  readonly worst: number;
  /** Ratios below 0.01 count as 0.01. */
  readonly geomean: number;
  /** Out-of-memory events per run. */
  readonly oom: number;
  /** Standard error of `mean`: over the runs of the named suite, over the scenarios of a family. */
  readonly spread: number;
}

/** Means over the runs of one scenario. */
export interface ScenarioScore {
  readonly scenario: string;
  /** On-time jobs over those of the best fixed limit. */
  readonly ratio: number;
  /** Standard deviation of `runs`. */
  readonly spread: number;
  /** The same run by run, in the order of the seeds, each over what the best fixed limit has in that run. */
  readonly runs: readonly number[];
  /** The same against the best fixed limit of each phase; absent where the scenario has one phase. */
  readonly phaseRatio?: number;
  /** Out-of-memory events per run. */
  readonly oom: number;
  /** (on-time − price·failed) per second, by price. */
  readonly net: ByPrice;
  /** The same over what the best fixed limit has, which is another one for each price. */
  readonly netRatio: ByPrice;
  /** (late + dropped) / (done + dropped). */
  readonly missShare: number;
  /** Seconds until the on-time rate first stays at 0.9 of the best; null: never. */
  readonly settleS: number | null;
  /** Greatest limit over the best fixed one. */
  readonly overshoot: number;
  /** Moves of the gate per minute in the second half, in jobs. */
  readonly churn: number;
  /** Share of the best rate that was missed: ∫(best − rate)⁺ dt / (best·T). */
  readonly regret: number;
  /** q_0.9 of service times over that of the best fixed limit; absent: nothing ended. */
  readonly tail?: number;
}

export interface ByPrice {
  readonly 0: number;
  readonly 1: number;
  readonly 5: number;
}

export interface ScenarioResult {
  readonly name: string;
  readonly summary: string;
  readonly duration: number;
  /** The best fixed limit and what it serves on time. */
  readonly best: FixedBest;
  /** Starts of its parts, from 0 on; absent: one part. */
  readonly phases?: readonly number[];
  readonly curves?: readonly Curve[];
}

export interface FixedBest {
  readonly n: number;
  /** On-time jobs/s. */
  readonly rate: number;
  /** Out-of-memory events per run. */
  readonly oom: number;
  /** What the best fixed limit of each price has, per second. */
  readonly net: ByPrice;
}

/** One run over time: the means of gate and on-time rate over the step that begins at each `t`. Arrays of one length. */
export interface Curve {
  readonly subject: string;
  readonly t: readonly number[];
  readonly limit: readonly number[];
  readonly rate: readonly number[];
}
