import { clockLimitReasons, type ClockLimitReason } from '#libs/core';
import { textAt } from './document.ts';
import { notUnderstood, whyNotAvailable, type Quantity } from './quantity.ts';

const endings: readonly (readonly [ClockLimitReason, string])[] = [
  ['gpu-idle', 'gpu_idle'],
  ['applications-clocks', 'applications_clocks_setting'],
  ['sw-power-cap', 'sw_power_cap'],
  ['hw-slowdown', 'hw_slowdown'],
  ['sync-boost', 'sync_boost'],
  ['sw-thermal-slowdown', 'sw_thermal_slowdown'],
  ['hw-thermal-slowdown', 'hw_thermal_slowdown'],
  ['hw-power-brake', 'hw_power_brake_slowdown'],
  ['display-clocks', 'display_clocks_setting'],
];

/** Each reason with its element in the newer and in the older spelling. */
export const clockReasonElements: readonly { readonly reason: ClockLimitReason; readonly paths: readonly string[] }[] =
  endings.map(([reason, ending]) => ({
    reason,
    paths: ['event', 'throttle'].map((word) => `clocks_${word}_reasons/clocks_${word}_reason_${ending}`),
  }));

/** Sum of the reasons that are active. One that is not told counts as not active while any other is told. */
export function clockReasons(gpu: unknown): Quantity {
  const told = clockReasonElements.flatMap(({ reason, paths }) =>
    paths.flatMap((path) => {
      const text = textAt(gpu, path);
      return text === undefined ? [] : [activeBits(text, reason, path)];
    }),
  );
  const bits = told.flatMap((each) => ('value' in each ? [each.value] : []));
  // By or, not by sum: a driver that printed both spellings would say each reason twice.
  if (bits.length > 0) return { value: bits.reduce((all, bit) => all | bit, 0) };
  return told[0] ?? { why: 'not-exported' };
}

function activeBits(text: string, reason: ClockLimitReason, path: string): Quantity {
  switch (text.trim()) {
    case 'Active':
      return { value: clockLimitReasons[reason] };
    case 'Not Active':
      return { value: 0 };
    default: {
      const why = whyNotAvailable(text);
      if (why === undefined) throw notUnderstood(`${path} is "${text.slice(0, 80)}", neither Active nor Not Active`);
      return { why };
    }
  }
}
