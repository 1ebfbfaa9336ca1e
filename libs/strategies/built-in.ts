import type { AnyStrategy } from '#libs/core';
import { aimd } from './aimd.ts';
import { fixed } from './fixed.ts';
import { goodput } from './goodput.ts';
import { handler } from './handler.ts';
import { pid } from './pid.ts';
import { threshold } from './threshold.ts';

export const builtInStrategies: readonly AnyStrategy[] = [aimd, fixed, goodput, handler, pid, threshold];
