import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Chunks } from './chunks.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;

/** A platform that answers after 50 ms as `status` says. */
function setUp(status: (text: string, sent: number) => number | 'drop' = () => 200) {
  const sent: string[] = [];
  const arrived: string[] = [];
  const said: string[] = [];
  let flying = 0;
  let most = 0;
  const chunks = new Chunks({
    send: async (text, signal) => {
      sent.push(text);
      flying += 1;
      most = Math.max(most, flying);
      const answer = status(text, sent.length);
      const delay = answer === 'drop' ? 10 : 50;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delay);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
      flying -= 1;
      if (answer === 'drop' || signal.aborted) throw new Error('closed');
      if (answer === 200) arrived.push(text);
      return answer;
    },
    lost: () => void said.push('lost'),
    dropped: (code) => void said.push(`dropped ${code}`),
    random: () => 0,
  });
  return { chunks, sent, arrived, said, most: () => most };
}

const texts = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index));

it('sends in order, several at once', async () => {
  const { chunks, arrived, most } = setUp();
  for (const text of texts(40)) await chunks.push(text);
  const flushed = chunks.flushed(never);
  await vi.advanceTimersByTimeAsync(200);
  await flushed;
  expect(arrived).toEqual(texts(40));
  expect(most()).toBe(16);
});

it('lets whoever yields more than the buffer holds wait', async () => {
  const { chunks } = setUp();
  const pushed: string[] = [];
  const pushing = (async () => {
    for (const text of texts(400)) {
      await chunks.push(text);
      pushed.push(text);
    }
  })();
  await vi.advanceTimersByTimeAsync(0);
  expect(pushed).toHaveLength(256);
  await vi.advanceTimersByTimeAsync(2000);
  await pushing;
  expect(chunks.unsent).toEqual([]);
});

it('sends again in order what was under way when the connection was lost', async () => {
  const { chunks, arrived } = setUp((text, sent) => (text === '3' && sent < 10 ? 'drop' : 200));
  for (const text of texts(9)) await chunks.push(text);
  const flushed = chunks.flushed(never);
  await vi.advanceTimersByTimeAsync(2000);
  await flushed;
  expect([...new Set(arrived)]).toEqual(texts(9));
  expect(arrived.lastIndexOf('8')).toBe(arrived.length - 1);
});

it('leaves out a chunk that is refused five times, and no other', async () => {
  const { chunks, arrived, said } = setUp((text) => (text === '1' ? 400 : 200));
  for (const text of texts(3)) await chunks.push(text);
  const flushed = chunks.flushed(never);
  await vi.advanceTimersByTimeAsync(20_000);
  await flushed;
  expect([arrived, said]).toEqual([['0', '2'], ['dropped 400']]);
});

it('ends when the platform does not know the job any more', async () => {
  const { chunks, said } = setUp(() => 404);
  await chunks.push('0');
  const flushed = chunks.flushed(never);
  await vi.advanceTimersByTimeAsync(100);
  await flushed;
  expect(said).toEqual(['lost']);
});

it('holds on to what has not arrived, for as long as nobody answers', async () => {
  const { chunks } = setUp(() => 'drop');
  for (const text of texts(3)) await chunks.push(text);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(chunks.unsent).toEqual(texts(3));
  const aborting = new AbortController();
  const flushed = chunks.flushed(aborting.signal);
  aborting.abort(new Error('enough'));
  await expect(flushed).rejects.toThrow('enough');
});
