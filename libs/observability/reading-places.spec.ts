import { expect, it } from 'vitest';
import { readingUnits } from '#libs/core';
import { families } from './catalogue.ts';
import type { Family } from './family.ts';
import { readingPlaces, type PlacedReading } from './reading-places.ts';

const own: Readonly<Record<string, readonly string[]>> = {
  gpu: ['gpu', 'gpu_instance'],
  backend: ['backend'],
  host: [],
};
const places = Object.entries(readingPlaces).map(([name, place]) => {
  const family: Family = families[place.family];
  return { name: name as PlacedReading, place, family };
});

it.each(places)('$name is in a family of its unit, whose labels it can tell', ({ name, place, family }) => {
  expect(family.unit).toBe(readingUnits[name]);
  const tells = new Set([...Object.keys(place.labels ?? {}), ...(own[name.split('.')[0] ?? ''] ?? [])]);
  expect(Object.keys(family.labels).filter((label) => !tells.has(label))).toEqual([]);
  for (const [label, value] of Object.entries(place.labels ?? {})) expect(family.labels[label]).toContain(value);
});

it('is another series for every reading', () => {
  const series = places.map(({ place }) => JSON.stringify([place.family, place.labels]));
  expect(new Set(series).size).toBe(series.length);
});

it('names units as families do', () => {
  const suffix: Readonly<Record<string, RegExp>> = {
    timestamp: /_timestamp_seconds$/,
    seconds: /_seconds(_total)?$/,
    bytes: /_bytes$/,
    ratio: /_ratio$/,
    watts: /_watts$/,
    joules: /_joules_total$/,
    celsius: /_celsius$/,
    hertz: /_hertz$/,
  };
  const misnamed = Object.entries<Family>(families).filter(([name, { unit }]) => suffix[unit]?.test(name) === false);
  expect(misnamed.map(([name]) => name)).toEqual([]);
});
