import type { SourceKind, TelemetryEvent } from '#libs/core';
import type { LogLine } from './log-line.ts';

type Collection = Extract<TelemetryEvent, { type: 'collection' }>;

/** Good collections in a row before a source is believed: one that fails every other time is told once. */
const goodsToBelieve = 3;

interface Standing {
  fails: boolean;
  goods: number;
  everAnswered: boolean;
}

/** Turns collections, of which there is one each second, into the two that matter: the first that fails, and its end. */
export class SourceWatch {
  readonly #standings = new Map<SourceKind, Standing>();

  /** The line a collection deserves, if it changed what is known of its source. */
  changed(event: Collection): LogLine | undefined {
    const standing = this.#standings.get(event.source) ?? { fails: false, goods: 0, everAnswered: false };
    this.#standings.set(event.source, standing);
    if (event.result !== 'ok' && event.result !== 'partial') {
      const begins = !standing.fails;
      standing.fails = true;
      standing.goods = 0;
      return begins ? failingLine(event, standing.everAnswered) : undefined;
    }
    standing.everAnswered = true;
    standing.goods += 1;
    if (!standing.fails || standing.goods < goodsToBelieve) return undefined;
    standing.fails = false;
    const { source } = event;
    return {
      level: 'info',
      event: 'telemetry-answers',
      msg: `telemetry source ${source} answers now`,
      fields: { source },
    };
  }
}

function failingLine({ source, result, failure }: Collection, everAnswered: boolean): LogLine {
  // Not being installed is an answer, and what came of it is in the line about the source that was chosen.
  if (failure?.absent === true && !everAnswered) {
    const { message } = failure;
    const msg = `telemetry source ${source} is not here: ${message}`;
    return { level: 'debug', event: 'telemetry-absent', msg, fields: { source, result, message } };
  }
  const message = failure?.message ?? 'no cause given';
  const next = failure?.next;
  const msg = `telemetry source ${source} fails (${result}): ${message}${next === undefined ? '' : `. ${next}`}`;
  return { level: 'warn', event: 'telemetry-failed', msg, fields: { source, result, message, next } };
}
