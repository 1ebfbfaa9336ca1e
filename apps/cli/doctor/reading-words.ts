import { clockLimitReasons, readingUnits, type ReadingName, type SampledReading } from '#libs/core';

/** Readings of one device, of the host or of a model server, in people's units: one line for what belongs together. */
export function readingLines(readings: readonly SampledReading[]): readonly string[] {
  const left = new Map(readings.map(({ name, value }) => [name, value]));
  const lines = groups.map((group) => group.flatMap((phrase) => phrase(left) ?? []).join(', '));
  const others = [...left].map(([name, value]) => `${name} ${inUnits(name, value)}`).join(', ');
  return [...lines, others].filter((line) => line !== '');
}

/** `gpu.utilization 250 %` */
export function rejectedWords(rejected: readonly SampledReading[]): string {
  const words = rejected.map(({ name, value }) => `${name} ${inUnits(name, value)}`);
  return [...new Set(words)].join(', ');
}

/** Takes the readings that it says. */
type Phrase = (left: Map<ReadingName, number>) => string | undefined;

const groups: readonly (readonly Phrase[])[] = [
  [
    one('CPU', 'host.cpu'),
    one('throttled so far', 'host.cpu.throttled'),
    ofTotal('memory', 'host.memory.used', 'host.memory.limit'),
    one('utilisation', 'gpu.utilization'),
    ofTotal('memory', 'gpu.memory.used', 'gpu.memory.total'),
    one('reserved', 'gpu.memory.reserved'),
    one('memory bandwidth', 'gpu.memory.bandwidth'),
    ofTotal('memory', 'gpu.mig.memory.used', 'gpu.mig.memory.total'),
  ],
  [
    ofTotal('power', 'gpu.power', 'gpu.power.limit'),
    one('power', 'gpu.power'),
    one('energy', 'gpu.energy'),
    one('temperature', 'gpu.temperature.core'),
    one('memory temperature', 'gpu.temperature.memory'),
  ],
  [
    one('clock', 'gpu.clock.sm'),
    one('memory clock', 'gpu.clock.memory'),
    one('held back by', 'gpu.clock.limit.reasons'),
  ],
  [
    one('held back so far: power cap', 'gpu.clock.limit.time.sw-power-cap'),
    one('sync boost', 'gpu.clock.limit.time.sync-boost'),
    one('heat (driver)', 'gpu.clock.limit.time.sw-thermal-slowdown'),
    one('heat (hardware)', 'gpu.clock.limit.time.hw-thermal-slowdown'),
    one('power brake', 'gpu.clock.limit.time.hw-power-brake'),
  ],
  [
    one('busy engines: graphics', 'gpu.engine.graphics'),
    one('SM', 'gpu.engine.sm'),
    one('tensor', 'gpu.engine.tensor'),
    one('DRAM', 'gpu.engine.dram'),
  ],
  [one('ECC errors: corrected', 'gpu.ecc.corrected'), one('uncorrected', 'gpu.ecc.uncorrected'), lastXid],
  [
    one('requests running', 'backend.requests.running'),
    one('waiting', 'backend.requests.waiting'),
    one('cache', 'backend.cache'),
    one('preemptions', 'backend.preemptions'),
    one('tokens of prompts', 'backend.tokens.prompt'),
    one('generated', 'backend.tokens.generated'),
  ],
];

/** A code, and 0 where there was none. */
function lastXid(left: Map<ReadingName, number>): string | undefined {
  const code = left.get('gpu.xid');
  left.delete('gpu.xid');
  return code === undefined || code === 0 ? undefined : `last XID error: code ${code}`;
}

function one(label: string, name: ReadingName): Phrase {
  return (left) => {
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? undefined : `${label} ${inUnits(name, value)}`;
  };
}

/** `memory 1.0 of 80.0 GiB` */
function ofTotal(label: string, used: ReadingName, total: ReadingName): Phrase {
  return (left) => {
    const part = left.get(used);
    const whole = left.get(total);
    if (part === undefined || whole === undefined) return undefined;
    left.delete(used);
    left.delete(total);
    return `${label} ${inUnits(used, part).split(' ')[0]} of ${inUnits(total, whole)}`;
  };
}

export function inUnits(name: ReadingName, value: number): string {
  switch (readingUnits[name]) {
    case 'ratio':
      return `${(100 * value).toFixed(0)} %`;
    case 'bytes':
      return `${(value / 2 ** 30).toFixed(1)} GiB`;
    case 'watts':
      return `${value.toFixed(0)} W`;
    case 'joules':
      return `${Number((value / 3.6e6).toPrecision(3))} kWh`;
    case 'celsius':
      return `${value.toFixed(0)} °C`;
    case 'hertz':
      return `${(value / 1e6).toFixed(0)} MHz`;
    case 'seconds':
      return `${value.toFixed(1)} s`;
    case 'bits':
      return reasonsIn(value);
    case 'count':
      return value.toLocaleString('en');
  }
}

/** `1.8 ms`, `15 s` */
export function span(ms: number): string {
  return ms < 999.5 ? `${Number(ms.toPrecision(2))} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

function reasonsIn(bits: number): string {
  const names = Object.entries(clockLimitReasons).flatMap(([name, bit]) => ((bits & bit) === bit ? [name] : []));
  return names.length === 0 ? 'nothing' : names.join(' and ');
}
