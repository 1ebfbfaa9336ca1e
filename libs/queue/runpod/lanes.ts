import type { Client } from 'undici';
import type { Answer, Call, Wire } from './wire.ts';

/** Connections for streams, to one host. */
const most = 8;

/** One connection that keeps the order of its requests, and how many jobs stream over it. */
class Lane {
  readonly origin: string;
  readonly client: Client;
  jobs = 0;

  constructor(origin: string, client: Client) {
    this.origin = origin;
    this.client = client;
  }
}

/** A job's own way over a {@link Lane}. */
export interface Way {
  readonly send: (call: Call) => Promise<Answer>;
  readonly leave: () => void;
}

/** Gives each job that streams one connection for all its chunks: they arrive in order and need not wait for each other (H10). */
export class Lanes {
  readonly #wire: Wire;
  readonly #lanes: Lane[] = [];

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  enter(url: string): Way {
    const lane = this.#laneTo(new URL(url).origin);
    lane.jobs += 1;
    let inside = true;
    return {
      send: (call) => this.#wire.send(lane.client, call),
      leave: () => {
        if (inside) lane.jobs -= 1;
        inside = false;
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(({ client }) => client.destroy()));
  }

  /** A free one, a new one, or the one with the fewest jobs. */
  #laneTo(origin: string): Lane {
    const lanes = this.#lanes.filter((lane) => lane.origin === origin).toSorted((a, b) => a.jobs - b.jobs);
    const [emptiest] = lanes;
    if (emptiest !== undefined && (emptiest.jobs === 0 || lanes.length >= most)) return emptiest;
    const lane = new Lane(origin, this.#wire.lane(origin));
    this.#lanes.push(lane);
    return lane;
  }
}
