import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from './seeded.ts';
import type { Member, World } from './world.ts';

export interface FaultOptions {
  readonly random: () => number;
  /** How long Redis stands still when it is paused, ms. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  readonly tell: (fault: string) => void;
}

/** Each fault once, then one after another until aborted; whatever was broken is whole again when it resolves. */
export async function breakThings(world: World, { random, pauseMs, signal, tell }: FaultOptions): Promise<void> {
  const faults: Readonly<Record<string, () => Promise<void>>> = {
    'worker killed': () => killed(pick(random, world.workers), random),
    'gateway killed': () => killed(pick(random, world.gateways), random),
    'two workers killed': async () => {
      const [first, second] = world.workers.toSorted(() => random() - 0.5);
      await Promise.all([first, second].flatMap((each) => (each === undefined ? [] : [killed(each, random)])));
    },
    'Redis killed': async () => {
      await world.redis.kill();
      await sleep(500 + 2000 * random());
      await world.redis.start();
    },
    'Redis paused': async () => {
      world.redis.pause();
      await sleep(pauseMs);
      world.redis.resume();
    },
    'network slow': async () => {
      world.network.delay(50 + 150 * random());
      await sleep(4000);
      world.network.delay(0);
    },
    'network cut': async () => world.network.cut(),
  };
  // Each once, then as it comes.
  const order = Object.keys(faults).toSorted(() => random() - 0.5);
  for (let nth = 0; nth < order.length || !signal.aborted; nth += 1) {
    const name = order[nth] ?? pick(random, order);
    tell(name);
    await faults[name]?.();
    await sleep(1000 + 2000 * random(), undefined, { signal }).catch(() => undefined);
  }
}

async function killed(member: Member, random: () => number): Promise<void> {
  await member.kill();
  await sleep(200 + 1500 * random());
  await member.restart();
}
