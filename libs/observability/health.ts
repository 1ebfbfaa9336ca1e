export interface HealthFacts {
  /** Monotonic ms. */
  readonly now: number;
  /** When the handler was first ready; absent before. A restart of it later is no reason to restart the worker. */
  readonly firstReadyAt?: number | undefined;
  /** When a period of the control loop last ended; absent before the first. */
  readonly lastTurnAt?: number | undefined;
  readonly handlerReady: boolean;
  /** The last operation on the queue did not fail for want of the queue. */
  readonly queueOk: boolean;
  readonly draining: boolean;
}

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: { readonly status: string; readonly reasons?: readonly string[] };
}

/** A loop that has not turned for this long is stuck. */
const stuckAfterMs = 30_000;

/** Liveness: only what a restart of this process can repair; never the queue, an upstream or telemetry. */
export function healthz(facts: HealthFacts): HealthAnswer {
  const { now, firstReadyAt, lastTurnAt, draining } = facts;
  if (firstReadyAt === undefined) return no('starting', []);
  // A drain has stopped the control loop; that this is answered at all shows that the event loop turns.
  const turned = draining || now - Math.max(firstReadyAt, lastTurnAt ?? 0) <= stuckAfterMs;
  return turned ? { status: 200, body: { status: 'ok' } } : no('stuck', ['the control loop has not turned for 30 s']);
}

/** Readiness: takes jobs, or would if it had room; a saturated worker is ready. */
export function readyz(facts: HealthFacts): HealthAnswer {
  const reasons = [
    ...(facts.handlerReady ? [] : ['the handler is not ready']),
    ...(facts.queueOk ? [] : ['the queue is unavailable']),
    ...(facts.draining ? ['draining'] : []),
  ];
  return reasons.length === 0 ? { status: 200, body: { status: 'ready' } } : no('not-ready', reasons);
}

function no(status: string, reasons: readonly string[]): HealthAnswer {
  return { status: 503, body: { status, ...(reasons.length > 0 && { reasons }) } };
}
