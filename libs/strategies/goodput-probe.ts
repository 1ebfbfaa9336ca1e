import type { GoodputConfig } from './goodput-config.ts';
import { isPressed } from './goodput-pressure.ts';
import type { GoodputState } from './goodput-state.ts';
import type { View } from './goodput-view.ts';

const everyEpochs = 6;
const enoughJobs = 30;
/** A probe goes where the model promises this share of the best, or it costs more than it tells. */
const worthProbing = 0.85;

/** Every 6th epoch a look beside the target, above and below in turn: what is never visited is never known. */
export function probeOf(
  { sinceProbe, probeUp, waited }: GoodputState,
  { target, rates, most, model }: View,
  { probe }: GoodputConfig,
): number | undefined {
  if (probe === 0 || sinceProbe < everyEpochs || isPressed(waited)) return undefined;
  if (model.residuals.length <= enoughJobs) return undefined;
  const step = Math.max(1, Math.round(probe * target));
  const wanted = probeUp ? target + step : target - step;
  const promised = wanted < 1 || wanted > most ? 0 : (rates[wanted - 1] ?? 0);
  return promised > 0 && promised >= worthProbing * (rates[target - 1] ?? 0) ? wanted : undefined;
}
