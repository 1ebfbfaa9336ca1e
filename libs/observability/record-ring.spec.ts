import { expect, it } from 'vitest';
import { healthyRecord } from './healthy-record.ts';
import { RecordRing } from './record-ring.ts';

function filled(count: number): RecordRing {
  const ring = new RecordRing(4);
  for (let seq = 1; seq <= count; seq += 1) ring.push(healthyRecord({ seq, at: seq * 1000 }));
  return ring;
}

it.each([1, 3, 4, 5, 6, 9])('keeps the newest in order after %i records', (count) => {
  const seqs = filled(count)
    .last()
    .map(({ seq }) => seq);
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].filter((seq) => seq <= count && seq > count - 4));
  expect(filled(count).latest?.seq).toBe(count);
  expect(filled(count).last(2).at(-1)?.seq).toBe(count);
});

it('finds a record by its id and by the time it was in force', () => {
  const ring = filled(6);
  expect(ring.byId('9f3c21aa-5')?.seq).toBe(5);
  expect(ring.byId('9f3c21aa-1')).toBeUndefined();
  expect(ring.at(5999)?.seq).toBe(5);
  expect(ring.at(1000)).toBeUndefined();
});

it('of nothing answers with nothing', () => {
  const ring = new RecordRing();
  expect([ring.latest, ring.last(), ring.last(0), ring.at(1)]).toEqual([undefined, [], [], undefined]);
});
