import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Delivery, OutboxOptions } from './contract.ts';
import { openOutbox } from './open.ts';
import type { Outbox } from './outbox.ts';

let folder = '';
let opened: Outbox[] = [];
let notices: string[] = [];
let given: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  [opened, notices, given] = [[], [], []];
});
afterEach(async () => {
  for (const outbox of opened) await outbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(deliver: () => Delivery | Promise<Delivery>, over: Partial<OutboxOptions> = {}): Promise<Outbox> {
  const outbox = await openOutbox({
    folder,
    pauses: { first: 1, most: 2 },
    report: (event) => void notices.push(event),
    deliver: async ({ id, body }) => {
      const delivery = await deliver();
      if (delivery === 'accepted') given.push(`${id} ${body.toString()}`);
      return delivery;
    },
    ...over,
  });
  opened.push(outbox);
  return outbox;
}

function put(outbox: Outbox, id: string, body = `body of ${id}`): Promise<void> {
  return outbox.put({ id, body: Buffer.from(body), meta: {} });
}

async function until(holds: () => boolean): Promise<void> {
  for (let left = 2000; !holds(); left -= 1) {
    if (left === 0) throw new Error(`never: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function files(): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.log'));
}

const onDisk = (): string =>
  files()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');

it('has a result on the disk before the first try to deliver it', async () => {
  const seen: boolean[] = [];
  const outbox = await open(() => {
    seen.push(onDisk().includes('body of a'));
    return 'accepted';
  });
  await put(outbox, 'a');
  await until(() => given.length === 1);
  expect(seen).toEqual([true]);
  expect(outbox.results).toBe(0);
});

it('delivers again until it is taken, and says how each try went', async () => {
  const answers: (Delivery | Error)[] = ['retry', new Error('no route'), 'refused', 'accepted'];
  const tries: string[] = [];
  const ends: string[] = [];
  const outbox = await open(
    () => {
      const answer = answers.shift() ?? 'accepted';
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { tried: (result) => void tries.push(result), ended: (id, how) => void ends.push(`${id} ${how}`) },
  );
  await put(outbox, 'a');
  expect(outbox.results).toBe(1);
  await until(() => ends.length === 1);
  expect(tries).toEqual(['retried', 'error', 'refused', 'accepted']);
  expect([ends, given]).toEqual([['a accepted'], ['a body of a']]);
});

it('delivers after a restart what was left, and only that', async () => {
  const before = await open(async () => (given.length < 1 ? 'accepted' : 'retry'));
  await put(before, 'a');
  await until(() => before.results === 0);
  await put(before, 'b');
  await put(before, 'c');
  await before.close();
  given = [];
  const after = await open(() => 'accepted');
  await until(() => after.results === 0);
  expect(given.toSorted()).toEqual(['b body of b', 'c body of c']);
  await after.close();
  given = [];
  const last = await open(() => 'accepted');
  expect(last.results).toBe(0);
  expect(notices.filter((event) => event === 'outbox-recovered')).toHaveLength(1);
});

it('keeps a result that is refused five times as a dead letter', async () => {
  let tries = 0;
  const outbox = await open(() => {
    tries += 1;
    return 'refused';
  });
  await put(outbox, 'a/b');
  await until(() => outbox.results === 0);
  expect(tries).toBe(5);
  const [letter = ''] = readdirSync(join(folder, 'dead'));
  expect(readFileSync(join(folder, 'dead', letter), 'utf8')).toMatch(
    /^{"id":"a\/b","at":\d+,"meta":{}}\nbody of a\/b$/,
  );
  expect(notices).toContain('outbox-dead-letter');
});

it('drops what nobody wants any more', async () => {
  const ends: string[] = [];
  const outbox = await open(() => 'gone', { ended: (id, how) => void ends.push(`${id} ${how}`) });
  await put(outbox, 'a');
  await until(() => outbox.results === 0);
  expect(ends).toEqual(['a gone']);
});

it('lets no more in than there is room for, and forgets none of them', async () => {
  let up = false;
  const outbox = await open(() => (up ? 'accepted' : 'retry'), { maxResults: 2 });
  const kept: string[] = [];
  const puts = ['a', 'b', 'c', 'd'].map((id) => put(outbox, id).then(() => kept.push(id)));
  await Promise.all(puts.slice(0, 2));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([kept, outbox.full, outbox.results]).toEqual([['a', 'b'], true, 4]);
  up = true;
  await Promise.all(puts);
  await until(() => outbox.results === 0);
  expect(given.map((line) => line.slice(0, 1)).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  expect(outbox.full).toBe(false);
});

it('takes the first of two results with one id', async () => {
  let up = false;
  const outbox = await open(() => (up ? 'accepted' : 'retry'));
  await Promise.all([put(outbox, 'a', 'first'), put(outbox, 'a', 'second')]);
  up = true;
  await until(() => outbox.results === 0);
  expect(given).toEqual(['a first']);
});

it('delivers from memory while the disk takes nothing, and writes when it does again', async () => {
  let up = false;
  const outbox = await open(() => (up ? 'accepted' : 'retry'));
  rmSync(folder, { recursive: true });
  const lost = put(outbox, 'a');
  await until(() => notices.includes('outbox-retry'));
  expect(notices).toContain('outbox-disk-failed');
  mkdirSync(folder);
  await lost;
  expect(notices).toContain('outbox-disk-back');
  expect(onDisk()).toContain('body of a');
  rmSync(folder, { recursive: true });
  up = true;
  await until(() => outbox.results === 0);
  mkdirSync(folder);
  await put(outbox, 'b');
  await until(() => given.length === 2);
  expect(given).toEqual(['a body of a', 'b body of b']);
});

it('says that a result is safe when it was delivered before the disk took it', async () => {
  const outbox = await open(() => 'accepted');
  rmSync(folder, { recursive: true });
  await put(outbox, 'a');
  expect(given).toEqual(['a body of a']);
  mkdirSync(folder);
});

it('is told of a record that was cut off, and loses no other', async () => {
  const before = await open(() => 'retry');
  await put(before, 'a');
  await before.close();
  appendFileSync(join(folder, files()[0] ?? ''), '{"put":9,"id":"torn","at":1,"meta":{},"bytes":100,"crc":1}\nabc');
  const after = await open(() => 'accepted');
  await until(() => after.results === 0);
  expect([given, notices.includes('outbox-torn')]).toEqual([['a body of a'], true]);
});

it('belongs to one process at a time', async () => {
  await open(() => 'accepted');
  await expect(openOutbox({ folder, deliver: async () => 'accepted' })).rejects.toMatchObject({ code: 'OUTBOX_OWNED' });
});

it('keeps little of the disk for what is over, also beside a result that stays', async () => {
  const outbox = await open(() => 'accepted', {
    deliver: async ({ id, body }) => {
      if (id !== 'stays') return 'accepted';
      given.push(body.toString());
      return 'retry';
    },
    pauses: { first: 60_000, most: 60_000 },
  });
  await put(outbox, 'stays');
  for (let count = 0; count < 12; count += 1) {
    await outbox.put({ id: `large-${count}`, body: Buffer.alloc(9_000_000, 120), meta: {} });
    await until(() => outbox.results === 1);
  }
  const bytes = (): number => files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  await until(() => bytes() < 90_000_000);
  await outbox.close();
  const after = await open(() => 'accepted');
  await until(() => after.results === 0);
  expect(given).toContain('stays body of stays');
});

it('tells whoever waits for the disk when it closes before, and takes nothing afterwards', async () => {
  const outbox = await open(() => 'retry');
  rmSync(folder, { recursive: true });
  const lost = put(outbox, 'a');
  await until(() => notices.includes('outbox-disk-failed'));
  await outbox.close();
  await expect(lost).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  await expect(put(outbox, 'b')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  opened = [];
});
