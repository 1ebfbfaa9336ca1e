import { FlyballError, type Order } from '#libs/core';
import type { Emit } from '#libs/observability';
import type { Clock, RecordIdentity, Worker } from '#libs/runtime';
import { controllerState, type ControllerState } from './controller-state.ts';
import { handlerStarting } from './not-started.ts';
import { freezeRequest, overrideRequest } from './operator-request.ts';

export interface SteeringOptions {
  /** The worker, once there is one. */
  readonly worker: () => Worker | undefined;
  readonly identity: RecordIdentity;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** What operators ask of the controller: checked, carried out, told to the log. `label`: their key's, '' without keys. */
export class Steering {
  readonly #options: SteeringOptions;

  constructor(options: SteeringOptions) {
    this.#options = options;
  }

  /** @throws {FlyballError} NOT_STARTED */
  state(): ControllerState {
    return controllerState(this.#worker(), this.#options.identity, this.#options.clock);
  }

  /** @throws {FlyballError} BAD_…, DRY_RUN, NOT_STARTED; then nothing has changed */
  override(body: unknown, label: string): ControllerState {
    const worker = this.#worker();
    const request = overrideRequest(body, worker.bounds.max);
    worker.override({ ...request, by: authorOf(request.by, label) });
    return this.#told('override');
  }

  /** @throws {FlyballError} BAD_…, DRY_RUN, NOT_STARTED; then nothing has changed */
  freeze(body: unknown, label: string): ControllerState {
    const worker = this.#worker();
    const request = freezeRequest(body);
    worker.freeze({ ...request, by: authorOf(request.by, label) });
    return this.#told('freeze');
  }

  /**
   * Ends what is in force; where nothing is, it changes nothing.
   * @throws {FlyballError} OTHER_ORDER when the other one is in force, NOT_STARTED
   */
  end(mode: Order['mode'], label: string): ControllerState {
    const worker = this.#worker();
    const { order } = worker;
    if (order === undefined) return this.state();
    if (order.mode !== mode) {
      const [what, route] = order.mode === 'override' ? ['an override', 'override'] : ['a freeze', 'freeze'];
      throw new FlyballError('OTHER_ORDER', `In force is ${what}. End it with DELETE /controller/${route}.`);
    }
    worker.resume();
    const by = authorOf(undefined, label);
    const message = `${by} resumes: the strategy goes on from limit ${Math.floor(worker.limit)}`;
    this.#tell({ action: 'resume', by, limit: Math.floor(worker.limit), message });
    return this.state();
  }

  #told(action: 'override' | 'freeze'): ControllerState {
    const state = this.state();
    const { limit, order: { by, reason, until } = { by: '', reason: '' } } = state;
    const does = action === 'override' ? `sets the limit to ${limit}` : `freezes the limit at ${limit}`;
    const end = until === undefined ? '' : ` until ${until}`;
    const message = `${by} ${does}${end}: ${reason}`;
    this.#tell({ action, by, limit, reason, until, message });
    return state;
  }

  #tell(fields: Readonly<Record<string, unknown>>): void {
    this.#options.emit({ type: 'notice', level: 'info', event: 'operator-action', fields });
  }

  #worker(): Worker {
    const worker = this.#options.worker();
    if (worker !== undefined) return worker;
    throw handlerStarting();
  }
}

/** A key says who it is; without keys the body may, and is believed. */
function authorOf(said: string | undefined, label: string): string {
  if (label === '') return said ?? 'local';
  if (said === undefined) return label;
  throw new FlyballError(
    'BAD_AUTHOR',
    `by = ${JSON.stringify(said)} is refused. The key says who you are: leave it out.`,
  );
}
