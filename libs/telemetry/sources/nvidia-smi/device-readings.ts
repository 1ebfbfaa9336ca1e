import type { ReadingName, SampledMissing, SampledReading } from '#libs/core';
import { clockReasons } from './clock-reasons.ts';
import { textAt } from './document.ts';
import { eccErrors } from './ecc-errors.ts';
import { quantityElements, type QuantityElement } from './elements.ts';
import { parseQuantity, type Quantity } from './quantity.ts';

export interface FoundReadings {
  readonly readings: readonly SampledReading[];
  readonly missing: readonly SampledMissing[];
}

/** Every reading that nvidia-smi can tell of a device, from its `gpu` element, or why it does not. */
export function deviceReadings(gpu: unknown, uuid: string, mig: boolean): FoundReadings {
  const found: readonly (readonly [ReadingName, Quantity])[] = [
    ...quantityElements.map((element) => [element.name, firstNumber(gpu, element)] as const),
    ['gpu.clock.limit.reasons', clockReasons(gpu)],
    ['gpu.ecc.corrected', eccErrors(gpu, 'gpu.ecc.corrected')],
    ['gpu.ecc.uncorrected', eccErrors(gpu, 'gpu.ecc.uncorrected')],
  ];
  return inTwo(
    found.map(([name, quantity]) => ({ name, gpu: uuid, quantity: mig ? underMig(name, quantity) : quantity })),
  );
}

type FoundReading = Omit<SampledReading, 'value'> & { readonly quantity: Quantity };

/** What has a number, and what has none. */
export function inTwo(found: readonly FoundReading[]): FoundReadings {
  return {
    readings: found.flatMap(({ quantity, ...of }) => ('value' in quantity ? [{ ...of, value: quantity.value }] : [])),
    missing: found.flatMap(({ quantity, ...of }) => ('why' in quantity ? [{ ...of, why: quantity.why }] : [])),
  };
}

/** The first element that holds a number; without one, what the first element there says. */
export function firstNumber(node: unknown, { unit, paths }: Omit<QuantityElement, 'name'>): Quantity {
  const told = paths.flatMap((path) => {
    const text = textAt(node, path);
    return text === undefined ? [] : [parseQuantity(text, unit, path)];
  });
  return told.find((each) => 'value' in each) ?? told[0] ?? { why: 'not-exported' };
}

// The driver tells no utilisation of a device cut up by MIG. A container that sees only its own part may be refused it
// instead, for the same reason.
function underMig(name: ReadingName, quantity: Quantity): Quantity {
  if ('value' in quantity || (name !== 'gpu.utilization' && name !== 'gpu.memory.bandwidth')) return quantity;
  return quantity.why === 'lost' ? quantity : { why: 'mig' };
}
