import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listOf, withGpus } from './fake-nvidia-smi/devices.ts';
import { withTexts, type ElementTexts } from './fake-nvidia-smi/edit-document.ts';
import { exitWords, oneStep, parsePlays, type Step } from './fake-nvidia-smi/plays.ts';

export interface FakeNvidiaSmiOptions {
  /** XML, or the name of a file in test/fixtures/nvidia-smi; 'v12-535' without it. */
  readonly document?: string;
  /** The document's device so many times. */
  readonly gpus?: number;
  readonly set?: ElementTexts;
  /** `ok*3,hang,exit:9`, see `plays.ts`; 'ok' without it. */
  readonly play?: string;
  /** Started at the cost of a shell, not of Node: it only ever shows the document, and logs nothing. */
  readonly light?: true;
}

export interface FakeCall {
  readonly args: readonly string[];
  readonly pid: number;
  /** Wall clock, ms. */
  readonly start: number;
  /** Absent while it runs, and when it was killed without warning. */
  readonly end?: number;
  /** How many others ran when it started. */
  readonly others: number;
}

/** What a plant does now. */
export interface LiveValues {
  /** 0..1 */
  readonly utilization?: number;
  readonly memoryUsedBytes?: number;
  readonly powerWatts?: number;
}

/** An executable `nvidia-smi` that shows a document and plays faults. Both can be changed while it is in use. */
export interface FakeNvidiaSmi {
  /** A folder, to be put first on PATH. */
  readonly path: string;
  calls(): readonly FakeCall[];
  /** Texts of elements below a `gpu`, the first one if not said; undefined removes an element. */
  set(texts: ElementTexts, gpu?: number): void;
  live(values: LiveValues, gpu?: number): void;
  /** Another document, so many times its device. */
  show(document: string, gpus?: number): void;
  /** From the next query on. */
  play(plays: string): void;
  /** What `nvidia-smi -L` does; it shows the document's devices otherwise. */
  playList(play: string): void;
  /** Also ends every call that hangs, and what it has left behind. */
  close(): Promise<void>;
}

export function makeFakeNvidiaSmi(options: FakeNvidiaSmiOptions = {}): Promise<FakeNvidiaSmi> {
  const path = mkdtempSync(join(tmpdir(), 'fake-nvidia-smi-'));
  const file = (name: string): string => join(path, name);
  let document = '';
  let plan: Plan = { steps: [], list: oneStep('ok'), from: 0, words: exitWords };

  // Whole, or not at all: a call may read it at this moment.
  const write = (name: string, text: string): void => {
    writeFileSync(file(`${name}.new`), text);
    renameSync(file(`${name}.new`), file(name));
  };
  const writePlan = (changes: Partial<Plan>): void => {
    plan = { ...plan, ...changes };
    write('plan.json', JSON.stringify(plan));
  };
  const writeDocument = (xml: string): void => {
    document = xml;
    write('document.xml', xml);
    write('list.txt', listOf(xml));
  };

  const fake: FakeNvidiaSmi = {
    path,
    calls: () => callsIn(file('calls.log')),
    set: (texts, gpu = 0) => writeDocument(withTexts(document, `nvidia_smi_log.gpu[${gpu}]`, texts)),
    live: (values, gpu) => fake.set(textsOf(document, values), gpu),
    show: (next, gpus = 1) => writeDocument(withGpus(xmlOf(next), gpus)),
    play: (plays) => {
      const from = fake.calls().filter(({ args }) => args[0] !== '-L').length;
      writePlan({ steps: parsePlays(plays), from });
    },
    playList: (play) => writePlan({ list: oneStep(play) }),
    // A call that hangs watches for it.
    close: () => Promise.resolve(rmSync(path, { recursive: true, force: true })),
  };

  fake.show(options.document ?? 'v12-535', options.gpus);
  if (options.set !== undefined) fake.set(options.set);
  fake.play(options.play ?? 'ok');
  writeFileSync(file('nvidia-smi'), options.light === true ? shellScript(path) : nodeScript());
  chmodSync(file('nvidia-smi'), 0o755);
  return Promise.resolve(fake);
}

/** What the command reads at each call. */
interface Plan {
  readonly steps: readonly Step[];
  /** For `nvidia-smi -L`. */
  readonly list: Step;
  /** How many queries there were before the first step. */
  readonly from: number;
  readonly words: Readonly<Record<number, string>>;
}

/** A document of test/fixtures/nvidia-smi by its name. */
export function nvidiaSmiFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/nvidia-smi/${name}.xml`, import.meta.url), 'utf8');
}

function xmlOf(document: string): string {
  return document.startsWith('<') ? document : nvidiaSmiFixture(document);
}

function nodeScript(): string {
  return `#!${process.execPath}\n${readFileSync(new URL('fake-nvidia-smi/command.cjs', import.meta.url), 'utf8')}`;
}

function shellScript(path: string): string {
  return `#!/bin/sh\ncase "$1" in -L) exec /bin/cat '${path}/list.txt' ;; esac\nexec /bin/cat '${path}/document.xml'\n`;
}

function textsOf(document: string, { utilization, memoryUsedBytes, powerWatts }: LiveValues): ElementTexts {
  const group = document.includes('<gpu_power_readings>') ? 'gpu_power_readings' : 'power_readings';
  const draw = document.includes('<instant_power_draw>') ? 'instant_power_draw' : 'power_draw';
  return {
    ...(utilization !== undefined && { 'utilization.gpu_util': `${Math.round(utilization * 100)} %` }),
    ...(memoryUsedBytes !== undefined && { 'fb_memory_usage.used': `${Math.round(memoryUsedBytes / 2 ** 20)} MiB` }),
    ...(powerWatts !== undefined && { [`${group}.${draw}`]: `${powerWatts.toFixed(2)} W` }),
  };
}

interface LogLine extends Omit<FakeCall, 'start' | 'end'> {
  readonly event: 'start' | 'end';
  readonly at: number;
}

function callsIn(log: string): readonly FakeCall[] {
  if (!existsSync(log)) return [];
  const text = readFileSync(log, 'utf8');
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): LogLine => JSON.parse(line));
  return lines.flatMap(({ event, at, ...call }, index) => {
    if (event === 'end') return [];
    const end = lines.slice(index).find((later) => later.event === 'end' && later.pid === call.pid)?.at;
    return [{ ...call, start: at, ...(end !== undefined && { end }) }];
  });
}
