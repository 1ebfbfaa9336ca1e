import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { devicesOf } from './devices.ts';
import { parseXml, smiLog } from './document.ts';
import { parseMigNames } from './mig-names.ts';
import { parseQuantity, whyNotAvailable, type SmiUnit } from './quantity.ts';

const samples = '../shared/data/nvidia-smi';
const captures = ['h100-80gb-hbm3', 'h100-mig'].map((name) => `captures/nge__nvidia-${name}__590.48.01.txt`);
const read = (name: string): string => readFileSync(`${samples}/${name}`, 'utf8');

describe.skipIf(!existsSync(samples))('real samples', () => {
  it('parse, one device each, with the readings that laws and people need', async () => {
    const wanted = ['gpu.memory.used', 'gpu.memory.total', 'gpu.power', 'gpu.power.limit', 'gpu.temperature.core'];
    const paths = globSync(`${samples}/*.xml`);
    const found = await Promise.all(
      paths.map(async (path) => devicesOf(smiLog(await parseXml(readFileSync(path, 'utf8'))))),
    );
    expect(found.map((devices) => devices.map(({ device }) => device.gpu.slice(0, 4)))).toEqual(
      paths.map(() => ['GPU-']),
    );
    const told = found.flat().map(({ readings }) => readings.map(({ name }) => name));
    expect(told).toEqual(paths.map(() => expect.arrayContaining(wanted)));
  });

  it('tell the MIG device from the busy one', async () => {
    const [cutUp] = devicesOf(smiLog(await parseXml(read('telegraf__a100-sxm4-v12.xml'))));
    expect(cutUp?.missing).toContainEqual(expect.objectContaining({ name: 'gpu.utilization', why: 'mig' }));
    expect(cutUp?.readings.filter(({ name }) => name === 'gpu.mig.memory.used')).toHaveLength(4);
    const [busy] = devicesOf(smiLog(await parseXml(read('telegraf__rtx-3080-v13.xml'))));
    expect(busy?.readings).toContainEqual(expect.objectContaining({ name: 'gpu.utilization', value: 0.65 }));
    expect(busy?.readings).toContainEqual(expect.objectContaining({ name: 'gpu.power', value: 142.33 }));
  });

  it('list MIG devices as they are read here', () => {
    const names = parseMigNames(read('captures/nge__nvidia-h100-mig__590.48.01.txt'));
    expect([...names.values()].map(({ profile }) => profile)).toEqual(['3g.40gb', '2g.20gb', '1g.10gb', '1g.10gb']);
  });

  // There is no XML of this driver among the samples, but its text has the same words and units.
  it.each(captures)('in text (%s) use units and spellings known here', (name) => {
    const lines = read(name).matchAll(/^ +(\w[\w .]*?) +: (.*)$/gm);
    const values = [...lines].flatMap(([, label = '', text = '']) => {
      const unit = units[label];
      return unit === undefined ? [] : [parseQuantity(text, unit, label)];
    });
    expect(values.length).toBeGreaterThan(50);
  });

  it.each(captures)('in a table (%s) spell what is not available as it is known here', (name) => {
    const rows = [...read(name).matchAll(/^\d{4}\/\d\d\/\d\d .*$/gm)].map(([row]) => row);
    const bracketed = new Set(rows.flatMap((row) => row.split(', ')).filter((value) => value.startsWith('[')));
    expect(bracketed.size).toBeGreaterThan(1);
    expect([...bracketed].filter((value) => whyNotAvailable(value) === undefined)).toEqual([]);
  });
});

const units: Readonly<Record<string, SmiUnit>> = {
  Total: 'MiB',
  Reserved: 'MiB',
  Used: 'MiB',
  'GPU Current Temp': 'C',
  'Memory Current Temp': 'C',
  'Average Power Draw': 'W',
  'Instantaneous Power Draw': 'W',
  'Current Power Limit': 'W',
  SM: 'MHz',
  'SW Power Capping': 'us',
  'HW Power Braking': 'us',
  'SRAM Correctable': '',
  'SRAM Uncorrectable Parity': '',
  'SRAM Uncorrectable SEC-DED': '',
  'DRAM Correctable': '',
  'DRAM Uncorrectable': '',
};
