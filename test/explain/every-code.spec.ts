import { describe, expect, it } from 'vitest';
import { boundBits, modes, reasons, whysMissing, type DecisionRecord } from '#libs/core';
import { explain, explanationText } from '#libs/observability';
import { healthyRecord } from '../fixtures/observability/healthy-record.ts';

const asked = {
  none: { in: 4, out: 4 },
  min: { in: 0.4, out: 1 },
  max: { in: 71.2, out: 64 },
  'step-up': { in: 9, out: 8 },
  'step-down': { in: 1.5, out: 2 },
} as const;

const kinds: Readonly<Record<string, readonly (readonly [name: string, record: DecisionRecord])[]>> = {
  reasons: reasons.map((reason) => [reason, healthyRecord({ reason, decision: { limit: 4, reason } })]),
  modes: modes.map((mode) => [mode, inMode(mode)]),
  bounds: boundBits.map((bit) => [bit, healthyRecord({ bounds: { min: 1, max: 64, bit, ...asked[bit] } })]),
  'missing readings': whysMissing.map((why) => {
    const missing = [{ name: 'gpu.utilization' as const, gpu: 'GPU-a', why }];
    return [why, healthyRecord({ observation: { ...healthyRecord().observation, missing } })];
  }),
};

describe.each(Object.keys(kinds))('every one of the %s', (kind) => {
  const told = (kinds[kind] ?? []).map(([name, record]) => [name, explanationText(explain(record))] as const);

  it('has words of its own', () => {
    expect(told.length).toBeGreaterThan(4);
    expect(new Set(told.map(([, text]) => text)).size).toBe(told.length);
    for (const [, text] of told) expect(text).toMatch(/^limit 4 · .*\nheld by {2}[a-z]+: \S.*\n(.*\n)*changes {2}\S/);
  });

  it('reads as it was agreed', async () => {
    const text = told.map(([name, words]) => `# ${name}\n${words}\n`).join('\n');
    await expect(text).toMatchFileSnapshot(`../fixtures/explain/every-${kind.replace(' ', '-')}.txt`);
  });
});

function inMode(mode: DecisionRecord['mode']): DecisionRecord {
  if (mode !== 'override' && mode !== 'frozen') return healthyRecord({ mode });
  const order = { mode, limit: 4, reason: 'a deploy', by: 'ann', until: 61_000 };
  return healthyRecord({ mode, reason: mode, override: order });
}
