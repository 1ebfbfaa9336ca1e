import { guardStates, outOfMemoryModels, reasons } from '#libs/core';
import { z } from 'zod';

const time = z.number().min(0);
const range = z
  .tuple([z.number(), z.number()])
  .refine(([from, to]) => from <= to, { message: 'the range is empty' })
  .readonly();

/** A number for all time, or `[from, value]` pairs, the first from 0 on. */
const steps = z.union([z.number(), z.array(z.tuple([time, z.number().min(0)])).min(1)]);

const jobs = z.strictObject({
  /** Of all jobs, against the other kinds. */
  share: steps.default(1),
  /** Mean time alone on the device, and its coefficient of variation; `spread` that of the speed. */
  work: z.number().positive(),
  cv: z.number().min(0).default(0.3),
  spread: z.number().min(0).default(0.05),
  /** Service time allowed: `times` the work plus `plus`; absent: none. */
  deadline: z.strictObject({ times: z.number().min(0).default(0), plus: z.number().min(0).default(0) }).optional(),
  /** Of one job at its start and its end, and the coefficient of variation of both. */
  memory: z.tuple([z.number().min(0), z.number().min(0)]).default([0.05, 0.1]),
  memoryCv: z.number().min(0).default(0),
  class: z.string().optional(),
});

const inlinePlant = z.strictObject({
  duration: time,
  curve: z.union([z.enum(['A', 'B', 'C']), z.strictObject({ sigma: z.number().min(0), kappa: z.number().min(0) })]),
  /** Of the device with no job on it, and all it has. */
  base: z.number().min(0).default(20),
  capacity: z.number().positive().default(80),
  outOfMemory: z.enum(['fatal', 'job']).default('fatal'),
  restart: time.default(30),
  reading: z.enum(['instantaneous', 'high-water']).default('instantaneous'),
  lag: time.default(0.5),
  soloUtilization: z.number().min(0).max(1).default(0.97),
  speed: steps.default(1),
  /** No telemetry. */
  silence: z.strictObject({ from: time, lasts: time, every: time.optional() }).optional(),
  jobs: z.array(jobs).min(1),
  /** Poisson, deadlines from arrival; absent: a backlog without end. */
  arrivals: steps.optional(),
});

/** A scenario of the bench, or a variant of one, cut short. */
const namedPlant = z.strictObject({ named: z.string(), duration: time });

/** Parameters by strategy; more than one strategy is the least of several. */
const laws = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])));

const order = z.strictObject({
  at: time,
  override: z.number().min(0).optional(),
  freeze: z.literal(true).optional(),
  resume: z.literal(true).optional(),
  until: time.optional(),
});

const run = z.strictObject({
  plant: z.union([inlinePlant, namedPlant]),
  strategy: laws,
  shadows: laws.default({}),
  guard: z.boolean(),
  /** Clients declare memory and class. */
  hints: z.boolean().default(false),
  min: z.number().min(1).default(1),
  max: z.number().min(1).default(64),
  initial: z.number().min(1).default(1),
  dryRun: z.boolean().default(false),
  /** What people say about the limit, and when. */
  orders: z.array(order).default([]),
  /** What the user's own concurrency modifier answers, for the strategy `handler`. */
  modifier: steps.optional(),
});

const expectations = z
  .strictObject({
    /** On-time jobs over those of the best fixed limit. */
    ratio: range,
    /** On-time jobs over those of the run in `against`. */
    gain: range,
    /** The most by which its gate differs from that of the run in `against`, in any period. */
    apart: range,
    /** Of all jobs that ended or were dropped. */
    onTimeShare: range,
    /** How often memory ran out, and jobs lost to it. */
    outOfMemory: range,
    lost: range,
    /** Past their deadline before they could start. */
    dropped: range,
    maxGate: range,
    finalLimit: range,
    /** Until nine tenths of the best fixed limit's rate; a run that never gets there is in no range. */
    settleS: range,
    /** Σ|Δgate| a minute, second half. */
    churn: range,
    /** Admissions that the guard refused. */
    refused: range,
    /** What the first shadow would ask for at the end. */
    shadowLimit: range,
    /** Gates from one time to another: `[from, until, least, most]`. */
    gates: z.array(z.tuple([time, time, z.number().min(0), z.number().min(0)])).min(1),
    /** Reasons that must occur, and that must not. */
    says: z.array(z.enum(reasons)),
    neverSays: z.array(z.enum(reasons)),
    guardStates: z.array(z.enum(guardStates)),
    /** What the guard takes an out-of-memory to be, at the end. */
    model: z.enum(outOfMemoryModels),
  })
  .partial()
  .refine((expected) => Object.keys(expected).length > 0, { message: 'nothing is expected' });

/**
 * A scenario test as a data file: what happens, who steers, and the ranges within which every run has to end. Times in
 * seconds, memory in GiB, rates in jobs per second, shares 0..1.
 */
export const scenarioFile = run
  .extend({
    /** One sentence that a stranger understands. */
    intent: z.string().min(20),
    seeds: z.array(z.int()).min(1),
    /** The best fixed limit for this plant without a guard, and its rate of on-time jobs: the mean over the seeds. */
    best: z.strictObject({ limit: z.int(), rate: z.number().positive() }).optional(),
    /** The same run but for these: `gain` and `apart` compare with it. */
    against: z.partialRecord(run.keyof(), z.unknown()).optional(),
    expect: expectations,
  })
  .transform(({ against, ...file }) => ({ ...file, other: against && run.strip().parse({ ...file, ...against }) }));

export type ScenarioFile = z.infer<typeof scenarioFile>;
export type RunFile = z.infer<typeof run>;
export type InlinePlant = z.infer<typeof inlinePlant>;
export type JobKind = z.infer<typeof jobs>;
export type Steps = z.infer<typeof steps>;
export type Order = z.infer<typeof order>;
export type Expectations = z.infer<typeof expectations>;
