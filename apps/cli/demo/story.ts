import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { DecisionRecord } from '#libs/core';
import { figuresOf } from './act-figures.ts';
import type { ControllerClient } from '../controller-client.ts';
import type { Act, ActOrder } from './acts.ts';
import type { Load } from './load.ts';
import { pictureHead, pictureLine, type Canvas } from './picture.ts';
import { wrapped } from './wrapped.ts';
import type { Watch } from './watch.ts';

export interface StoryOptions {
  readonly write: (text: string) => void;
  readonly canvas: Canvas;
  readonly signal: AbortSignal;
  readonly acts: readonly Act[];
  readonly strategy: string;
  readonly url: string;
  readonly load: Load;
  readonly watch: Watch;
  readonly operator: ControllerClient;
}

const tickMs = 100;
/** The client keeps no more than about this many jobs waiting. */
const patience = 60;

/** Plays the acts one after the other: a sentence before, a line a second, the figures after. */
export class Story {
  readonly #options: StoryOptions;
  #records: DecisionRecord[] = [];
  /** Why the order of this act was not taken. */
  #refusal: string | undefined;

  constructor(options: StoryOptions) {
    this.#options = options;
  }

  async tell(): Promise<void> {
    const { acts, strategy, signal, url } = this.#options;
    const whole = acts.reduce((sum, { seconds }) => sum + seconds, 0);
    this.#say(
      `Flyball runs at ${url} on a simulated GPU of 80 GB; its strategy is ${strategy}. A client sends jobs that take ` +
        `0.4 s alone. ${acts.length} acts, ${whole} seconds; Ctrl-C ends it.`,
    );
    try {
      for (const [index, act] of acts.entries())
        await this.#play(act, `Act ${index + 1} of ${acts.length}: ${act.title}. `);
    } catch (error) {
      if (!signal.aborted) throw error;
      this.#say('Stopped.');
      return;
    }
    this.#say('The same with your own handler: npx flyball start ./handler.py (or .mjs, .ts, http://…).');
  }

  async #play(act: Act, opening: string): Promise<void> {
    const { write, canvas, watch } = this.#options;
    this.#say(opening + act.look, opening.length);
    write(`${pictureHead(canvas)}\n`);
    const began = performance.now();
    const failedBefore = watch.failed;
    this.#records = [];
    this.#refusal = undefined;
    watch.onPeriod = (record) => {
      this.#records.push(record);
      write(`${pictureLine(record, (performance.now() - began) / 1000, canvas)}\n`);
    };
    try {
      await this.#offer(act, began);
    } finally {
      watch.onPeriod = () => undefined;
      write('\n');
    }
    this.#say(this.#refusal ?? act.happened(figuresOf(this.#records, watch.failed - failedBefore)));
  }

  async #offer(act: Act, began: number): Promise<void> {
    const { load, watch, signal } = this.#options;
    for (let last = 0, { order } = act; ;) {
      await delay(tickMs, undefined, { signal });
      const passed = performance.now() - began;
      if (passed >= 1000 * act.seconds) return;
      if (order !== undefined && passed >= 1000 * order.after) {
        void this.#order(order);
        order = undefined;
      }
      const waiting = load.sent - load.refused - watch.begun;
      const rate = waiting > patience ? 0 : act.offered(passed / (1000 * act.seconds));
      load.send(act.scenario, rate, passed - last);
      last = passed;
    }
  }

  /** As `flyball override` gives it; it ends by itself. */
  async #order({ limit, seconds }: ActOrder): Promise<void> {
    const { operator } = this.#options;
    const max = this.#records.at(-1)?.bounds.max ?? limit;
    const order = { limit: Math.min(limit, max), ttl: `${seconds}s`, reason: 'a look at less', by: 'flyball demo' };
    try {
      await operator.put('override', order);
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error);
    }
  }

  #say(text: string, bold = 0): void {
    const { write, canvas } = this.#options;
    const lines = wrapped(text, Math.min(100, canvas.columns)).join('\n');
    const title = lines.slice(0, bold);
    write(
      `${canvas.colour && bold > 0 ? styleText('bold', title, { validateStream: false }) : title}${lines.slice(bold)}\n\n`,
    );
  }
}
