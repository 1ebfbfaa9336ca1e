import { textAt } from './document.ts';
import { parseQuantity, type Quantity } from './quantity.ts';

type EccReading = 'gpu.ecc.corrected' | 'gpu.ecc.uncorrected';

/** One kind of error: its total, or what to add up where the total is not told. */
interface EccKind {
  readonly total: string;
  readonly parts: readonly string[];
}

const oneKind = (total: string, parts: readonly string[] = []): EccKind => ({
  total: `ecc_errors/volatile/${total}`,
  parts: parts.map((part) => `ecc_errors/volatile/${part}`),
});

const bits = (kind: 'single_bit' | 'double_bit'): EccKind =>
  oneKind(
    `${kind}/total`,
    ['device_memory', 'register_file', 'l1_cache', 'l2_cache', 'texture_memory', 'texture_shm', 'cbu'].map(
      (part) => `${kind}/${part}`,
    ),
  );

/** Chips say it by bit or by memory; newer ones split what their static memory could not correct. */
export const eccKinds: Readonly<Record<EccReading, readonly EccKind[]>> = {
  'gpu.ecc.corrected': [bits('single_bit'), oneKind('sram_correctable'), oneKind('dram_correctable')],
  'gpu.ecc.uncorrected': [
    bits('double_bit'),
    oneKind('sram_uncorrectable', ['sram_uncorrectable_parity', 'sram_uncorrectable_secded']),
    oneKind('dram_uncorrectable'),
  ],
};

/** Errors since the driver was loaded, over the kinds that are told. */
export function eccErrors(gpu: unknown, name: EccReading): Quantity {
  return sumOf(
    eccKinds[name].flatMap(({ total, parts }) => {
      const whole = quantitiesAt(gpu, [total]);
      if (whole.some((each) => 'value' in each)) return whole;
      return [...quantitiesAt(gpu, parts), ...whole];
    }),
  );
}

function quantitiesAt(gpu: unknown, paths: readonly string[]): readonly Quantity[] {
  return paths.flatMap((path) => {
    const text = textAt(gpu, path);
    return text === undefined ? [] : [parseQuantity(text, '', path)];
  });
}

function sumOf(told: readonly Quantity[]): Quantity {
  const numbers = told.flatMap((each) => ('value' in each ? [each.value] : []));
  if (numbers.length > 0) return { value: numbers.reduce((sum, number) => sum + number, 0) };
  return told[0] ?? { why: 'not-exported' };
}
