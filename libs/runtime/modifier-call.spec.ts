import { describe, expect, it } from 'vitest';
import type { FlyballEvent } from '#libs/observability';
import { ModifierCall, type Modifier } from './modifier-call.ts';

describe('calling the user’s concurrency modifier', () => {
  it('passes the limit in force and reads the answer', async () => {
    const { call } = setUp(async (current) => current + 1);
    call.begin(4);
    await turn();
    expect(call.read()).toEqual({ returned: 5, duration: 0 });
  });

  it.each([
    ['NaN', NaN, 'NaN'],
    ['infinity', Infinity, 'Infinity'],
    ['a negative number', -1, '-1'],
    ['a boolean, which is not 1', true, 'boolean'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['text', '3', 'string'],
    ['what a Python modifier called invalid', { invalid: 'None' }, 'None'],
  ])('names %s as invalid', async (_, returned, invalid) => {
    const { call } = setUp(async () => returned);
    call.begin(1);
    await turn();
    expect(call.read()).toEqual({ invalid, duration: 0 });
  });

  it('keeps what a modifier throws, synchronously or not', async () => {
    const { call } = setUp(() => {
      throw new Error('no such file');
    });
    call.begin(1);
    await turn();
    expect(call.read()).toMatchObject({ invalid: 'threw Error: no such file' });
  });

  it('has one call outstanding at most, and reads a late answer when it comes', async () => {
    const answer = Promise.withResolvers<unknown>();
    const bench = setUp(() => answer.promise);
    bench.call.begin(1);
    bench.advance(1000);
    bench.call.begin(1);
    await turn();
    expect(bench.calls()).toBe(1);
    expect(bench.call.read()).toEqual({ duration: 1000 });
    answer.resolve(7);
    await turn();
    expect(bench.call.read()).toEqual({ returned: 7, duration: 1000 });
  });

  it('gives up a call after 30 s and does not read its answer any more', async () => {
    const answers = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
    const bench = setUp((_, __, index) => answers[index]?.promise);
    bench.call.begin(1);
    bench.advance(30_000);
    bench.call.begin(1);
    expect(bench.calls()).toBe(2);
    answers[0]?.resolve(3);
    await turn();
    expect(bench.call.read()).toEqual({ duration: 0 });
    answers[1]?.resolve(4);
    await turn();
    expect(bench.call.read()).toMatchObject({ returned: 4 });
  });

  it('reports a modifier that blocks the loop, once', () => {
    const bench = setUp(() => bench.advance(80));
    bench.call.begin(1);
    bench.advance(30_000);
    bench.call.begin(1);
    expect(bench.events).toMatchObject([{ type: 'notice', event: 'modifier-blocks' }]);
  });
});

function setUp(modifier: (current: number, last: unknown, index: number) => unknown) {
  let now = 0;
  let calls = 0;
  const events: FlyballEvent[] = [];
  const modify: Modifier = async (current, last) => modifier(current, last, calls++);
  return {
    events,
    calls: () => calls,
    advance: (ms: number) => void (now += ms),
    call: new ModifierCall({ call: modify, now: () => now, emit: (event) => events.push(event) }),
  };
}

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}
