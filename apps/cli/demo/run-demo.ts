import type { Handler } from '#libs/handlers';
import type { Emit } from '#libs/observability';
import { systemClock, type Clock } from '#libs/runtime';
import { Plant, Random, watchedScenarios } from '#libs/simulation';
import { acts as allActs, type Act } from './acts.ts';
import { ControllerClient } from '../controller-client.ts';
import { Load } from './load.ts';
import type { Canvas } from './picture.ts';
import { SimulatedHandler } from './simulated-handler.ts';
import { Story } from './story.ts';
import { Watch } from './watch.ts';

/** What the demo puts in the place of a real handler and a real device. */
export interface DemoParts {
  readonly handler: Handler;
  readonly plant: Plant;
  readonly clock: Clock;
  readonly onEvent: Emit;
}

export interface RunningDemo {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly endpoint: string;
  stop(): Promise<void>;
}

export interface DemoOptions {
  readonly write: (text: string) => void;
  readonly canvas: Canvas;
  /** Ends the demo early, at any moment. */
  readonly signal: AbortSignal;
  /** The strategy's name, for the opening words. */
  readonly strategy: string;
  /** An address that takes webhooks. */
  readonly webhook: string;
  /** Starts the product on these parts. */
  readonly start: (parts: DemoParts) => Promise<RunningDemo>;
  readonly acts?: readonly Act[];
}

/** The product itself on a simulated device, a client that sends jobs, and a story in four acts of half a minute. */
export async function runDemo({ start, webhook, ...options }: DemoOptions): Promise<void> {
  const clock = systemClock();
  const plant = new Plant(watchedScenarios.ramp.plant, new Random(1));
  const handler = new SimulatedHandler(plant, () => clock.now());
  const watch = new Watch();
  const running = await start({ handler, plant, clock, onEvent: (event) => watch.see(event) });
  const load = new Load({ ...running, webhook });
  const operator = new ControllerClient({ url: running.url }, {});
  try {
    await new Story({ acts: allActs, ...options, url: running.url, load, watch, operator }).tell();
  } finally {
    await load.close();
    await running.stop();
  }
}
