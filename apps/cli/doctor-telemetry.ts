import { clockLimitReasons, readingUnits, whyWords, type Device, type Sample, type SampledReading } from '#libs/core';
import type { Settings } from '#libs/config';
import type { Finding } from './doctor.ts';
import { examineSources, type Examined } from '#libs/telemetry';

/** Reads every source five times and tells what it says, which one is used, and why not the others. */
export async function* telemetryFindings(settings: Settings, onSlow: (text: string) => void): AsyncGenerator<Finding> {
  const { gpu, interval } = settings.telemetry;
  const optional = gpu.includes('auto') || gpu.includes('none') || gpu.some((member) => member.startsWith('sim:'));
  const devices: Examined[] = [];
  const environment = process.env;
  const examined = examineSources({
    gpu,
    intervalMs: interval,
    environment,
    times: 5,
    pauseMs: 200,
    onSource: (source) => onSlow(`reading ${source}; a driver that hangs is given up after 15 s`),
  });
  for await (const source of examined) {
    if (source.source === 'host') yield { mark: 'ok', what: 'host', found: reportOf(source) };
    else devices.push(source);
  }
  const used = devices.find(({ failure, sample }) => failure === undefined && hasDevice(sample));
  const simulated = gpu.find((member) => member.startsWith('sim:'));
  for (const source of devices) {
    const found = reportOf(source) + placeOf(source, used);
    const works = source.failure === undefined;
    yield { mark: works ? 'ok' : optional || used !== undefined ? '-' : 'FAILED', what: source.source, found };
  }
  const mark = used !== undefined || simulated !== undefined ? 'ok' : optional ? '-' : 'FAILED';
  yield { mark, what: 'gpu', found: verdict({ gpu, used, simulated, devices }) };
}

function hasDevice(sample: Sample | undefined): boolean {
  return sample !== undefined && sample.devices?.every(({ lost }) => lost === true) !== true;
}

function placeOf(source: Examined, used: Examined | undefined): string {
  if (source === used) return '';
  if (source.failure === undefined && used !== undefined) return `\nnot used: ${used.source} comes first`;
  return '';
}

function verdict(facts: {
  readonly gpu: readonly string[];
  readonly used: Examined | undefined;
  readonly simulated: string | undefined;
  readonly devices: readonly Examined[];
}): string {
  const { gpu, used, simulated, devices } = facts;
  if (used !== undefined) return `readings come from ${used.source}`;
  if (simulated !== undefined) return `readings come from ${simulated}, a simulated device`;
  if (gpu.includes('none')) return 'none asked for (TELEMETRY_GPU=none)';
  const why = devices.map(({ source, failure }) => `${source} (${failure?.result ?? 'lost'})`).join(', ');
  const without = `no device can be read: ${why}. Strategies do without one; each line above says what to do if there is one here`;
  return gpu.includes('auto')
    ? without
    : `${without}. A start fails, as TELEMETRY_GPU names what does not work; TELEMETRY_GPU=auto would start without`;
}

function reportOf({ latencies, sample, failure, rejected }: Examined): string {
  if (failure !== undefined) {
    return [`cannot be used (${failure.result}): ${failure.message}`, ...(failure.next ? [failure.next] : [])].join(
      '\n',
    );
  }
  if (sample === undefined) return 'answered nothing';
  const { devices = [] } = sample;
  return [
    latencyWords(latencies),
    ...valuesOf(sample.readings.filter(({ gpu }) => gpu === undefined)),
    ...devices.flatMap((device) => deviceLines(device, sample)),
    ...missingWords(sample),
    ...(rejected.length > 0 ? [`impossible numbers, rejected: ${[...new Set(rejected)].join(', ')}`] : []),
  ].join('\n');
}

function latencyWords(latencies: readonly number[]): string {
  const sorted = latencies.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${sorted.length} reads, ${ms(median)} in the middle, ${ms(sorted.at(-1) ?? 0)} at most`;
}

function deviceLines(device: Device, sample: Sample): readonly string[] {
  const { gpu, index, model, driver, mig, instances = [], lost } = device;
  const name = [index === undefined ? '' : `${index}:`, model ?? 'device', gpu, driver ? `driver ${driver}` : '']
    .filter((each) => each !== '')
    .join(' ');
  if (lost) return [`${name}: lost. Reset it (nvidia-smi --gpu-reset) or restart the machine or container`];
  const own = sample.readings.filter((reading) => reading.gpu === gpu && reading.instance === undefined);
  return [
    name,
    ...valuesOf(own).map(indented),
    ...(mig === 'on'
      ? [
          indented('MIG is on: utilisation is not told by any tool. Steer by gpu-memory, deadlines or throughput'),
          ...instances.map(({ instance, uuid, profile }) => {
            const values = sample.readings.filter((each) => each.gpu === gpu && each.instance === instance);
            return indented([`instance ${instance}`, profile, uuid, ...valuesOf(values)].filter(Boolean).join(' '));
          }),
          ...(new Set(instances.map(({ instance }) => instance)).size > 1
            ? [indented('Of several instances, name yours: NVIDIA_VISIBLE_DEVICES=MIG-…, unless that is set')]
            : []),
        ]
      : []),
  ];
}

function indented(text: string): string {
  return `  ${text}`;
}

/** Values in people's units, a few to the line. */
function valuesOf(readings: readonly SampledReading[]): readonly string[] {
  const words = readings.map(
    ({ name, value }) => `${name.replace(/^(gpu|host|backend)\./, '')} ${inUnits(name, value)}`,
  );
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += 4) lines.push(words.slice(at, at + 4).join(', '));
  return lines;
}

function missingWords({ missing }: Sample): readonly string[] {
  const byWhy = Map.groupBy(missing, ({ why }) => why);
  return [...byWhy].map(([why, which]) => {
    const names = [...new Set(which.map(({ name }) => name))];
    return `missing (${whyWords[why]}): ${names.join(', ')}`;
  });
}

function inUnits(name: SampledReading['name'], value: number): string {
  switch (readingUnits[name]) {
    case 'ratio':
      return `${(100 * value).toFixed(0)} %`;
    case 'bytes':
      return `${(value / 2 ** 30).toFixed(1)} GiB`;
    case 'watts':
      return `${value.toFixed(0)} W`;
    case 'joules':
      return `${(value / 1000).toFixed(0)} kJ`;
    case 'celsius':
      return `${value} °C`;
    case 'hertz':
      return `${(value / 1e6).toFixed(0)} MHz`;
    case 'seconds':
      return `${value.toFixed(1)} s`;
    case 'bits':
      return reasonsIn(value);
    case 'count':
      return String(value);
  }
}

function reasonsIn(bits: number): string {
  const names = Object.entries(clockLimitReasons).flatMap(([name, bit]) => ((bits & bit) === bit ? [name] : []));
  return names.length === 0 ? 'none' : names.join('+');
}

function ms(value: number): string {
  return `${Number(value.toPrecision(2))} ms`;
}
