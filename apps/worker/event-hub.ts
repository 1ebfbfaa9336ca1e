import type { Emit, FlyballEvent } from '#libs/observability';

/** Passes each event to every sink. A sink that throws loses its event, never the worker. */
export class EventHub {
  readonly #sinks: Emit[] = [];

  readonly add = (sink: Emit): void => {
    this.#sinks.push(sink);
  };

  readonly emit: Emit = (event: FlyballEvent): void => {
    for (const sink of this.#sinks) {
      try {
        sink(event);
      } catch (error) {
        console.error(`an event of type ${event.type} could not be recorded:`, error);
      }
    }
  };
}
