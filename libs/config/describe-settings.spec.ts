import { describe, expect, it } from 'vitest';
import { describeSettings } from './describe-settings.ts';
import { schema } from './schema.ts';
import { settingsTable } from './settings-table.ts';

const environment = {
  CONCURRENCY_MIN: '4',
  CONCURRENCY_PID_SETPOINT: '0.8',
  API_KEYS: 'hush',
  HANDLER: 'http://me:hush@upstream/v1',
  PORT: '',
};

describe('describeSettings', () => {
  const lines = describeSettings(environment, { strategies: [], overrides: { ENDPOINT_ID: 'ocr' } });
  const line = (variable: string): unknown => lines.find((each) => each.variable === variable);

  it('says where each value comes from', () => {
    expect(line('CONCURRENCY_MIN')).toEqual({ variable: 'CONCURRENCY_MIN', value: '4', from: 'environment' });
    expect(line('CONCURRENCY_INITIAL')).toEqual({ variable: 'CONCURRENCY_INITIAL', value: '4', from: 'implied' });
    expect(line('ENDPOINT_ID')).toEqual({ variable: 'ENDPOINT_ID', value: 'ocr', from: 'argument' });
    expect(line('PORT')).toEqual({ variable: 'PORT', value: '8080', from: 'default' });
    expect(line('LATENCY_TARGET')).toEqual({ variable: 'LATENCY_TARGET', from: 'not set' });
    expect(line('CONCURRENCY_PID_SETPOINT')).toMatchObject({ value: '0.8', from: 'environment' });
  });

  it('shows no secret', () => {
    expect(line('API_KEYS')).toMatchObject({ value: '***' });
    expect(JSON.stringify(lines)).not.toContain('hush');
  });
});

describe('settingsTable', () => {
  it('has a row for every variable', () => {
    const table = settingsTable();
    const rows = table.split('\n').flatMap((row) => /^\| `([A-Z_]+)` \|/.exec(row)?.[1] ?? []);
    expect(rows).toEqual(Object.keys(schema));
    expect(table).toContain('| `CONCURRENCY_INITIAL` | `CONCURRENCY_MIN` |');
  });
});
