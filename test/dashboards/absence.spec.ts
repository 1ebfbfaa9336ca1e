import { describe, expect, it } from 'vitest';
import { absenceProblems } from './absence.ts';
import { panels, type FieldDefaults, type Panel } from './committed.ts';

describe('every panel', () => {
  it('tells a value, a field that is not here and silence apart', () => {
    expect(panels.flatMap(({ name, panel }) => absenceProblems(panel).map((problem) => `${name} ${problem}`))).toEqual(
      [],
    );
  });

  it('of what a device may not report says “N/A here”', () => {
    const saying = panels.filter(({ panel }) => JSON.stringify(panel).includes('N/A here'));
    expect(saying.map(({ name }) => name)).toEqual(['flyball-gpu › Memory in use', 'flyball-gpu › Utilisation']);
  });
});

describe('what is said of silence', () => {
  const marked = 'max(flyball_gpu_utilization_ratio) or max((flyball_telemetry_field_available == 0) + -1)';
  const notHere = { type: 'value', options: { '-1': { text: 'N/A here' } } };
  const special = (match: string) => ({ type: 'special', options: { match, result: { text: 'idle' } } });

  it.each<[string, FieldDefaults, readonly string[]]>([
    ['flyball_gpu_utilization_ratio', { noValue: 'idle' }, ['says “idle” where nobody was heard']],
    ['flyball_gpu_utilization_ratio', {}, ['says “undefined” where nobody was heard']],
    [
      'flyball_gpu_utilization_ratio',
      { noValue: 'No data', mappings: [special('null')] },
      ['puts words on silence: {"match":"null","result":{"text":"idle"}}'],
    ],
    ['flyball_gpu_utilization_ratio', { noValue: 'No data', mappings: [special('nan')] }, []],
    [marked, { noValue: 'No data' }, ['shows -1 instead of “N/A here”']],
    [marked, { noValue: 'No data', mappings: [notHere] }, []],
    [
      'flyball_gpu_utilization_ratio',
      { noValue: 'No data', mappings: [notHere] },
      ['says “N/A here” and never asks who reports'],
    ],
  ])('%s in %j', (expr, defaults, problems) => {
    expect(absenceProblems(stat(expr, { defaults, instant: true, calcs: ['last'] }))).toEqual(problems);
  });

  it('is that a number of the past stands for now', () => {
    const past = stat('flyball_inflight_jobs', {
      defaults: { noValue: 'No data' },
      instant: false,
      calcs: ['lastNotNull'],
    });
    expect(absenceProblems(past)).toEqual(['#A shows what was, not what is', 'reduces by lastNotNull']);
  });
});

interface Looks {
  readonly defaults: FieldDefaults;
  readonly instant: boolean;
  readonly calcs: readonly string[];
}

function stat(expr: string, { defaults, instant, calcs }: Looks): Panel {
  return {
    type: 'stat',
    gridPos: { x: 0, y: 0, w: 4, h: 4 },
    targets: [{ refId: 'A', expr, instant, datasource: { type: 'prometheus', uid: '${datasource}' } }],
    fieldConfig: { defaults },
    options: { reduceOptions: { calcs } },
  };
}
