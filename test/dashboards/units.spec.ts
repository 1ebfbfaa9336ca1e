import { describe, expect, it } from 'vitest';
import { panels, type FieldDefaults, type Panel } from './committed.ts';
import { unitProblems } from './units.ts';

describe('every panel', () => {
  it('draws its numbers in the unit that they have, and shares from 0', () => {
    expect(panels.flatMap(({ name, panel }) => unitProblems(panel).map((problem) => `${name} ${problem}`))).toEqual([]);
  });
});

describe('what is said of a unit', () => {
  it.each([
    ['flyball_gpu_utilization_ratio', { unit: 'percent', min: 0 }, ['#A is ratio and drawn as percent']],
    ['flyball_gpu_utilization_ratio', { unit: 'percentunit' }, ['draws shares, and its axis does not begin at 0']],
    ['flyball_gpu_utilization_ratio', { unit: 'percentunit', min: 0, max: 100 }, ['draws shares up to 100']],
    ['rate(flyball_decisions_total[5m])', { unit: 'none' }, ['#A is per-second and drawn as none']],
    ['rate(flyball_decisions_total[5m])', { unit: 'count:decisions/s' }, []],
    ['increase(flyball_decisions_total[5m])', { unit: 'short' }, []],
    ['increase(flyball_decisions_total[5m])', { unit: 'count:jobs/s' }, ['#A is amount and drawn as count:jobs/s']],
    ['rate(flyball_gpu_energy_joules_total[5m])', { unit: 'watt' }, []],
    [
      'flyball_gpu_memory_used_bytes / flyball_gpu_memory_total_bytes',
      { unit: 'bytes' },
      ['#A is ratio and drawn as bytes'],
    ],
    ['flyball_telemetry_last_success_timestamp_seconds', { unit: 's' }, ['#A is timestamp and drawn as s']],
    ['time() - flyball_telemetry_last_success_timestamp_seconds', { unit: 's' }, []],
    ['rate(flyball_gpu_utilization_ratio[5m])', { unit: 'none' }, ['#A: Error: a rate of ratio says nothing']],
  ] satisfies readonly (readonly [string, FieldDefaults, readonly string[]])[])(
    '%s in %j',
    (expr, defaults, problems) => {
      const panel: Panel = {
        type: 'timeseries',
        gridPos: { x: 0, y: 0, w: 4, h: 4 },
        targets: [{ refId: 'A', expr, datasource: { type: 'prometheus', uid: '${datasource}' } }],
        fieldConfig: { defaults },
      };
      expect(unitProblems(panel)).toEqual(problems);
    },
  );
});
