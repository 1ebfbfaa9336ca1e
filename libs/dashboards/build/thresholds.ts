import { ThresholdsConfigBuilder, ThresholdsMode, type Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { sixDigits } from '#libs/core';

/** Where a panel turns: the constants on which alerts fire. */
export interface Turns {
  readonly redFrom?: number;
  readonly orangeFrom?: number;
  /** Red below it: what shall be high. */
  readonly redBelow?: number;
}

export function thresholds({ redFrom, orangeFrom, redBelow }: Turns): ThresholdsConfigBuilder {
  const steps: Threshold[] = [{ value: null, color: redBelow === undefined ? 'green' : 'red' }];
  if (redBelow !== undefined) steps.push({ value: redBelow, color: 'green' });
  if (orangeFrom !== undefined) steps.push({ value: orangeFrom, color: 'orange' });
  if (redFrom !== undefined) steps.push({ value: redFrom, color: 'red' });
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** What an objective leaves to go wrong; 1 - 0.99 is not 0.01 in binary. */
export function allowedShare(objective: number): number {
  return sixDigits(1 - objective);
}
