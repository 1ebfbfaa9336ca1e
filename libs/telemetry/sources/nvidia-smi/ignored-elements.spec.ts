import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clockReasonElements } from './clock-reasons.ts';
import { elementsAt, parseXml, smiLog } from './document.ts';
import { eccKinds } from './ecc-errors.ts';
import { identityElements, migDeviceElements, migElements, quantityElements } from './elements.ts';
import { ignoredElements } from '../../../../test/fixtures/nvidia-smi/ignored-elements.ts';

const readElements: readonly string[] = [
  ...quantityElements.flatMap(({ paths }) => paths),
  ...clockReasonElements.flatMap(({ paths }) => paths),
  ...Object.values(eccKinds).flatMap((kinds) => kinds.flatMap(({ total, parts }) => [total, ...parts])),
  ...Object.values(identityElements),
  ...Object.values(migDeviceElements).map((path) => `${migElements}/${path}`),
];
const known = [...readElements, ...ignoredElements];

const samples = '../shared/data/nvidia-smi';

describe('every element', () => {
  it.each(globSync('test/fixtures/nvidia-smi/*.xml'))('of %s is read or ignored', async (path) => {
    expect(await unknownElements(readFileSync(path, 'utf8'))).toEqual([]);
  });

  it.skipIf(!existsSync(samples))('of the real samples is read or ignored', async () => {
    const paths = globSync(`${samples}/*.xml`);
    const unknown = await Promise.all(paths.map((path) => unknownElements(readFileSync(path, 'utf8'))));
    expect(paths.length).toBeGreaterThan(0);
    expect(unknown.flat()).toEqual([]);
  });

  it('that is new is found out', async () => {
    const gpu =
      '<gpu><uuid>GPU-1</uuid><fan_speed>0 %</fan_speed><utilization><gpu_use>1 %</gpu_use></utilization></gpu>';
    expect(await unknownElements(`<nvidia_smi_log>${gpu}</nvidia_smi_log>`)).toEqual(['utilization/gpu_use']);
  });

  it('is not both read and ignored', () => {
    expect(ignoredElements.filter((ignored) => readElements.some((read) => isIn(read, ignored)))).toEqual([]);
    expect(new Set(ignoredElements).size).toBe(ignoredElements.length);
  });
});

async function unknownElements(xml: string): Promise<readonly string[]> {
  const paths = smiLog(await parseXml(xml)).gpus.flatMap((gpu) => leavesOf(gpu));
  return [...new Set(paths)].filter((path) => !known.some((group) => isIn(path, group)));
}

/** Paths of what has no element below it. A group that is empty, or one text, stands for its elements. */
function leavesOf(node: unknown, path = ''): readonly string[] {
  if (typeof node !== 'object' || node === null) return known.some((each) => isIn(each, path)) ? [] : [path];
  return Object.keys(node)
    .filter((name) => name !== '$')
    .flatMap((name) =>
      elementsAt(node, name).flatMap((child) => leavesOf(child, path === '' ? name : `${path}/${name}`)),
    );
}

function isIn(path: string, group: string): boolean {
  return path === group || path.startsWith(`${group}/`);
}
