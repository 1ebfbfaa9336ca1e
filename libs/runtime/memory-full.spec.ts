import { expect, it } from 'vitest';
import type { Reading } from '#libs/core';
import { memoryFull } from './memory-full.ts';

it.each<[string, Readonly<Record<string, number>>, boolean]>([
  ['has room', { used: 97, total: 100 }, false],
  ['is full', { used: 98, total: 100 }, true],
  ['is full but for what the driver keeps', { used: 96, total: 100, reserved: 3 }, true],
  ['does not tell its size', { used: 98 }, false],
  ['does not tell what is used', { total: 100 }, false],
])('a device that %s: %o', (_, memory, is) => {
  expect(memoryFull(readingsOf('GPU-a', memory))).toBe(is);
});

it('one full device of several is enough, by its own size', () => {
  const small = readingsOf('GPU-a', { used: 10, total: 10 });
  const large = readingsOf('GPU-b', { used: 10, total: 100 });
  expect(memoryFull([...large, ...small])).toBe(true);
  expect(memoryFull([...large, ...readingsOf('GPU-a', { total: 10 })])).toBe(false);
});

function readingsOf(gpu: string, memory: Readonly<Record<string, number>>): readonly Reading[] {
  return Object.entries(memory).map(([name, value]) => {
    return { name: `gpu.memory.${name}`, gpu, value, unit: 'bytes', source: 'nvml', age: 0 };
  });
}
