import { expect, it } from 'vitest';
import { Room } from './room.ts';

async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

it('lets in as many results and bytes as there is room for, then first come, first served', async () => {
  const room = new Room({ maxResults: 2, maxBytes: 100 });
  await room.enter(60);
  const second = room.enter(60);
  const third = room.enter(1);
  expect(room.full).toBe(true);
  expect([await settled(second), await settled(third)]).toEqual([false, false]);
  room.leave(60);
  expect([await settled(second), await settled(third)]).toEqual([true, true]);
});

it('lets in one that is larger than the room when there is no other', async () => {
  const room = new Room({ maxResults: 10, maxBytes: 100 });
  await room.enter(1000);
  expect(room.full).toBe(true);
  room.leave(1000);
  expect(room.full).toBe(false);
});
