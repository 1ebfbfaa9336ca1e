import { reasonTable, type DecisionRecord } from '#libs/core';
import { errorWords } from './asked.ts';
import { heldByGuard } from './guard.ts';
import { deadlineWords } from './jobs.ts';
import { missingPhrases } from './missing.ts';
import { orderWords } from './order.ts';
import { readingLabel, readingPhrases } from './readings.ts';
import { heard } from './signal.ts';
import { jobs, percent, short } from './units.ts';
import { boundWords, factorWords, modeWords } from './words.ts';
import { limitingFactor } from '../limiting-factor.ts';

/** The one thing that keeps the limit from being higher, with the numbers that say so. */
export function heldBy(record: DecisionRecord): string {
  const factor = limitingFactor(record);
  const dryRun = record.mode === 'dry-run' ? `; ${modeWords['dry-run'].says} ${record.limit.gate}` : '';
  return `${factor}: ${numbersOf(record) ?? factorWords[factor]}${dryRun}`;
}

function numbersOf(record: DecisionRecord): string | undefined {
  const { observation, bounds, decision } = record;
  const { succeeded, throttled } = observation.jobs;
  switch (limitingFactor(record)) {
    case 'operator':
      return record.reason === 'draining' ? draining(record) : orderWords(record);
    case 'guard':
      return heldByGuard(record);
    case 'telemetry':
      return heldByTelemetry(record);
    case 'bound':
      if (bounds.bit === 'none') return undefined;
      return `${bounds.bit}: ${jobs(bounds.in)} was asked for, ${boundWords[bounds.bit].says}: ${jobs(bounds.out)}`;
    case 'demand':
      return `${inUse(record)}, ${waiting(record)}`;
    case 'latency':
      return (
        [lateWords(record), deadlineWords(observation)].filter((words) => words !== undefined).join('; ') || undefined
      );
    case 'device':
      return (
        readingPhrases(observation.readings.filter(({ name }) => heard(name, decision.terms))).join(', ') || undefined
      );
    case 'throughput': {
      const rate = `${short((1000 * succeeded) / record.period)} jobs/s succeeded in this period`;
      return `${reasonTable[record.reason].says} (${rate})`;
    }
    case 'upstream':
      return `${throttled} jobs were refused by the upstream in this period, ${succeeded} succeeded`;
    case 'strategy':
      return heldByStrategy(record);
  }
}

function draining({ observation }: DecisionRecord): string {
  const { last } = observation.inFlight;
  return `${modeWords.draining.says}; ${last} ${last === 1 ? 'was' : 'were'} running`;
}

function heldByTelemetry({ reason, decision, observation }: DecisionRecord): string {
  const { says } = reasonTable[reason];
  if (decision.reason !== reason && reason === 'signal-stale') {
    return 'the signal is back, and has to last for three new readings before the strategy is believed';
  }
  const wanted = observation.missing.filter(({ name }) => heard(name, decision.terms));
  const which = missingPhrases(wanted).join(' · ');
  return `${which || `${factorWords.telemetry} (${signals(observation.missing)})`}; ${says}`;
}

/** Where nothing that the strategy goes by is named as missing. */
function signals(missing: DecisionRecord['observation']['missing']): string {
  const labels = [...new Set(missing.map(({ name }) => readingLabel(name)))];
  return labels.length === 0 ? 'no reading came, and none is named as missing' : `missing: ${labels.join(', ')}`;
}

function heldByStrategy(record: DecisionRecord): string {
  const { strategy, binding = strategy, error, reason, limit } = record;
  if (error !== undefined) {
    return `${strategy} failed (${errorWords(error)}), so the limit stays ${limit.gate}`;
  }
  return `${binding} says ${reason}: ${reasonTable[reason].says}; ${inUse(record)}, ${waiting(record)}`;
}

/** In use on average, and how much of the period at the limit. */
function inUse({ observation: { inFlight, limit, limited } }: DecisionRecord): string {
  return `${jobs(inFlight.mean)} of ${Math.floor(limit)} in use, at the limit ${percent(limited)} of the time`;
}

function waiting({ observation: { queue } }: DecisionRecord): string {
  return queue === undefined ? 'how many wait is not known' : `${queue.waiting} waiting`;
}

function lateWords({ decision: { terms }, observation: { jobs: counts } }: DecisionRecord): string | undefined {
  if (terms?.['late'] !== undefined) {
    const of = terms['jobs'] === undefined ? ' of the jobs' : ` of ${jobs(terms['jobs'])} jobs`;
    return `${percent(terms['late'])}${of} were late`;
  }
  return counts.late > 0 ? `${counts.late} of ${counts.succeeded + counts.timedOut} jobs were late` : undefined;
}
