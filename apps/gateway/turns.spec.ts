import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

it('gives turns one at a time, in order, for each key', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const first = await turns.take('a', never);
  const second = turns.take('a', never).then((end) => {
    order.push('second');
    end?.();
  });
  const third = turns.take('a', never).then(() => order.push('third'));
  const other = await turns.take('b', never);
  order.push('first');
  first?.();
  await Promise.all([second, third]);
  other?.();
  expect(order).toEqual(['first', 'second', 'third']);
});

it('lets someone leave the line without holding up the next', async () => {
  const turns = new Turns();
  const first = await turns.take('a', never);
  const leaving = new AbortController();
  const second = turns.take('a', leaving.signal);
  const third = turns.take('a', never);
  leaving.abort();
  expect(await second).toBeUndefined();
  first?.();
  expect(await third).toBeTypeOf('function');
});
