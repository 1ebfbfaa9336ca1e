import { expect, it } from 'vitest';
import { demandOf, type DemandFacts } from './demand.ts';
import { RoundTrip } from './round-trip.ts';
import { ServiceTimes } from './service-times.ts';

function facts(over: Partial<DemandFacts>): DemandFacts {
  const roundTrip = new RoundTrip();
  roundTrip.add(80);
  const times = new ServiceTimes();
  for (let count = 0; count < 10; count += 1) times.add(200);
  return { wanted: 0, waiting: 0, ages: [], freeSoon: undefined, roundTrip, times, ...over };
}

it('asks ahead for jobs that will have ended by the time the next are here', () => {
  expect(demandOf(facts({ ages: [10, 60, 90, 150] }))).toMatchObject({ now: 0, soon: 2 });
});

it('counts the jobs that wait here already', () => {
  expect(demandOf(facts({ ages: [90, 150], waiting: 1 })).soon).toBe(1);
  expect(demandOf(facts({ ages: [90, 150], waiting: 5 })).soon).toBe(0);
});

it('asks for free slots whatever runs, and for nothing else when nothing runs', () => {
  expect(demandOf(facts({ wanted: 3 }))).toEqual({ now: 3, soon: 0, lookAgainMs: Infinity });
});

it('believes the worker where it says what will be free soon, within bounds', () => {
  expect(demandOf(facts({ ages: [10], freeSoon: 4 })).soon).toBe(4);
  expect(demandOf(facts({ ages: [10], freeSoon: 1e9 })).soon).toBe(256);
});
