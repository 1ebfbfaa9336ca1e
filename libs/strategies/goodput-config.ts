import { z } from 'zod';

export const goodputConfig = z.strictObject({
  /** The lowest limit that promises this share of the most on-time jobs per second is taken. */
  near: z.number().min(0.5).max(1).default(0.99),
  /** Seconds after which a job counts a third. */
  memory: z.number().min(10).max(86_400).default(400),
  /** How far a probe goes, as a share of the limit, at least one job; 0: none. */
  probe: z.number().min(0).max(0.5).default(0.08),
  /** Late share beyond the predicted one at which the prediction is not believed. */
  brake: z.number().positive().max(1).default(0.1),
});

export type GoodputConfig = z.infer<typeof goodputConfig>;
