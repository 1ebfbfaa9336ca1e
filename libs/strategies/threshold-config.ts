import { z } from 'zod';

/** Where a signal is too low and too high, and after how many votes in a row something is done about it. */
export interface Marks {
  readonly lo: number;
  readonly hi: number;
  readonly kUp: number;
  readonly kDown: number;
}

export const thresholdSignals = ['deadline-misses', 'gpu-utilization', 'gpu-memory', 'queue-depth'] as const;
export type ThresholdSignal = (typeof thresholdSignals)[number];

const defaults: Readonly<Record<ThresholdSignal, Marks>> = {
  'deadline-misses': { lo: 0.02, hi: 0.1, kUp: 2, kDown: 1 },
  'gpu-utilization': { lo: 0.7, hi: 0.9, kUp: 5, kDown: 5 },
  'gpu-memory': { lo: 0.8, hi: 0.92, kUp: 5, kDown: 2 },
  // The queue asks for more above HI; it never asks for less.
  'queue-depth': { lo: 0, hi: 1, kUp: 3, kDown: 1 },
};

export const thresholdConfig = z
  .strictObject({
    signal: z.enum(['auto', ...thresholdSignals]).default('auto'),
    /** The marks of the signal named by `signal`; each signal has its own defaults. */
    lo: z.number().min(0).optional(),
    hi: z.number().positive().optional(),
    /** Votes in a row before the limit grows, or is cut. */
    kUp: z.int().min(1).max(1000).optional(),
    kDown: z.int().min(1).max(1000).optional(),
    /** Step as a share of the limit, at least one job. */
    step: z.number().positive().max(0.5).default(0.1),
  })
  .superRefine(({ signal, lo, hi, kUp, kDown }, context) => {
    if (signal === 'auto') {
      for (const [name, value] of Object.entries({ lo, hi, kUp, kDown })) {
        if (value === undefined) continue;
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'means something else for each signal: choose `signal` too',
        });
      }
      return;
    }
    if ((lo ?? defaults[signal].lo) >= (hi ?? defaults[signal].hi)) {
      context.addIssue({ code: 'custom', path: ['lo'], message: 'must be below hi' });
    }
  })
  .transform(({ signal, step, ...given }) => {
    const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const marks = signal === 'auto' ? defaults : { ...defaults, [signal]: { ...defaults[signal], ...chosen } };
    return { signal, step, marks };
  });

export type ThresholdConfig = z.infer<typeof thresholdConfig>;
