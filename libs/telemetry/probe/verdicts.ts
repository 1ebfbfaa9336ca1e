import type { CollectionFailure } from '#libs/core';
import { advice } from '../sources/advice.ts';
import { longestText } from './messages.ts';
import type { ProcessExit } from './probe-process.ts';
import type { ProbedKind } from './source-spec.ts';

/** What is said of a source that did not get to answer for itself. */
export function timedOut(kind: ProbedKind, ms: number): CollectionFailure {
  return {
    result: 'timeout',
    message: `${kind} did not answer within ${spanOf(ms)}, so the process that reads it is ended`,
    next: nextForSilence[kind],
    endedProcess: true,
  };
}

/** Seconds where it is several: 15000 ms is no number to read. */
function spanOf(ms: number): string {
  return ms >= 2000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms)} ms`;
}

const nextForSilence: Readonly<Record<ProbedKind, string>> = {
  nvml: advice.driverHangs,
  'nvidia-smi': advice.driverHangs,
  dcgm: 'Fetch its address with curl from here: the exporter may hang.',
  'model-server': 'Fetch its address with curl from here: the server may hang.',
  host: 'Look whether the machine is out of CPU or memory.',
};

export function ended(exit: ProcessExit, lastWords: string | undefined): CollectionFailure {
  if (exit.error !== undefined) {
    return {
      result: 'spawn',
      message: `the process that reads it could not be started: ${exit.error.message}`.slice(0, longestText),
      next: nextAfterStart(exit.error),
    };
  }
  return {
    result: 'exit',
    message: `the process that reads it ${howItEnded(exit, lastWords)}`.slice(0, longestText),
    next: nextAfterEnd(exit.signal),
  };
}

/** `how`: as in `it was killed by SIGKILL`. */
export function diedBetweenReads(how: string): CollectionFailure {
  return {
    result: 'exit',
    message: `the process that reads it is gone: ${how}`.slice(0, longestText),
    next: 'Look for what ended it in dmesg on the host, such as the out-of-memory killer, and try again.',
  };
}

export function howItEnded({ code, signal, error }: ProcessExit, lastWords: string | undefined): string {
  if (error !== undefined) return `could not be started: ${error.message}`;
  const how = signal === null ? `exited with code ${code}` : endedBy(signal);
  return lastWords === undefined ? how : `${how}; its last line: ${lastWords}`;
}

function endedBy(signal: NodeJS.Signals): string {
  return crashSignals.has(signal) ? `crashed (${signal})` : `was killed by ${signal}`;
}

/** What a process brings upon itself. */
const crashSignals: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
]);

function nextAfterEnd(signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') {
    return 'Somebody killed it, mostly the system for want of memory: look for the out-of-memory killer in dmesg on the host, and give the container more memory.';
  }
  if (signal !== null && crashSignals.has(signal)) {
    return 'What it calls (for nvml, the library of the driver) is broken or does not fit the loaded driver: look at dmesg on the host, install the driver anew, or choose another source with TELEMETRY_GPU.';
  }
  return 'A worker starts it again by itself; if it keeps ending, choose another source with TELEMETRY_GPU.';
}

function nextAfterStart(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'EACCES':
      return `Look whether ${process.execPath} is there and may be run: every process of Flyball is one of Node.`;
    case 'ERR_ACCESS_DENIED':
      return 'Let Node start processes: it runs with --permission, so add --allow-child-process.';
    default:
      return 'Raise the limits on processes (ulimit -u, pids.max) or memory of the container.';
  }
}

export function garbled(problem: string): CollectionFailure {
  return {
    result: 'parse',
    message: `the process that reads it is ended: ${problem}`.slice(0, longestText),
    next: 'Report this with the line above; another source of TELEMETRY_GPU may work.',
  };
}

/** `pids`: of the processes that SIGKILL did not end. */
export function stuck(kind: ProbedKind, pids: readonly number[]): CollectionFailure {
  const where = pids.length === 1 ? `process ${pids[0]}, which` : `processes ${pids.join(' and ')}, which`;
  const who = pids.length === 1 ? `${kind} is stuck in` : `${kind} is not read because of`;
  return {
    result: 'stuck',
    message: `${who} ${where} cannot be killed`,
    next: 'Reset the GPU or its driver, or reboot the node: only that frees a call that hangs in the kernel.',
  };
}
