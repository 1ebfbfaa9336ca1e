import type { CollectionFailure } from '#libs/core';
import { longestText } from './messages.ts';
import type { ProcessExit } from './probe-process.ts';
import type { ProbedKind } from './source-spec.ts';

/** What is said of a source that did not get to answer for itself. */
export function timedOut(kind: ProbedKind, ms: number): CollectionFailure {
  return {
    result: 'timeout',
    message: `${kind} did not answer within ${Math.round(ms)} ms, so the process that reads it is ended`,
    next: nextForSilence[kind],
  };
}

const nextForSilence: Readonly<Record<ProbedKind, string>> = {
  nvml: 'Run nvidia-smi on the node: if it hangs too, the driver does.',
  'nvidia-smi': 'Run nvidia-smi on the node: if it hangs too, the driver does.',
  dcgm: 'Fetch its address with curl from here: the exporter may hang.',
  'model-server': 'Fetch its address with curl from here: the server may hang.',
  host: 'Look whether the machine is out of CPU or memory.',
};

export function ended(exit: ProcessExit, lastWords: string | undefined): CollectionFailure {
  if (exit.error !== undefined) {
    return {
      result: 'spawn',
      message: `the process that reads it could not be started: ${exit.error.message}`.slice(0, longestText),
      next: 'Look at the limits on processes and memory of the container.',
    };
  }
  return {
    result: 'exit',
    message: `the process that reads it ${howItEnded(exit, lastWords)}`.slice(0, longestText),
    next: 'It is started again by itself; if it keeps ending, choose another source with TELEMETRY_GPU.',
  };
}

export function howItEnded({ code, signal, error }: ProcessExit, lastWords: string | undefined): string {
  if (error !== undefined) return `could not be started: ${error.message}`;
  const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
  return lastWords === undefined ? how : `${how}; its last line: ${lastWords}`;
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
