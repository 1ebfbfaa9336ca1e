import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';

/** One figure of a bench: the median of its runs, with their spread. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: readonly number[];
  /** What it must reach (`docs` of the bench say why), in words: "≥ 20000". */
  readonly target?: string;
}

export interface Report {
  readonly bench: string;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
}

/** Where and beside what it was measured. Absolute figures are worth nothing without it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly date: string;
  /** Load averages (1, 5, 15 min): what the machine was doing besides. */
  readonly load: readonly number[];
}

export interface BenchFlags {
  /** Where to write the report, if anywhere. */
  readonly json: string | undefined;
  readonly runs: number;
  /** Every other `--name value` given. */
  readonly values: Readonly<Record<string, string>>;
}

/** Reads `--json PATH --runs N` and the flags named; `--flag` alone is "true". */
export function benchFlags(names: readonly string[], argv: readonly string[] = process.argv.slice(2)): BenchFlags {
  const options = Object.fromEntries(['json', 'runs', ...names].map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...argv], options, allowPositionals: false });
  const given = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const { json, runs, ...rest } = Object.fromEntries(given) as Record<string, string>;
  return { json, runs: Math.max(1, Number(runs ?? 5)), values: rest };
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    date: new Date().toISOString(),
    load: loadavg().map((value) => Math.round(value * 100) / 100),
  };
}

export function figure(name: string, unit: string, runs: readonly number[], target?: string): Figure {
  const rounded = runs.map(threeDigits);
  return {
    name,
    unit,
    median: threeDigits(quantile(runs, 0.5)),
    min: Math.min(...rounded),
    max: Math.max(...rounded),
    runs: rounded,
    ...(target !== undefined && { target }),
  };
}

/** By linear interpolation; 0 of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

/** Prints the report as a table, and writes it as JSON where `--json` said. */
export function publish(report: Report, json: string | undefined): void {
  const { cpu, cores, memoryGiB, node, load } = report.machine;
  print(`${report.bench}: ${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, load ${load.join(' ')}`);
  print(table(report.figures));
  for (const note of report.notes) print(`- ${note}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((row) => [
    row.name,
    `${row.median} ${row.unit}`,
    `${row.min} … ${row.max}`,
    row.target ?? '',
    `${row.runs.length} runs`,
  ]);
  const all = [['figure', 'median', 'spread', 'target', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function threeDigits(value: number): number {
  return value === 0 || !Number.isFinite(value) ? 0 : Number(value.toPrecision(value >= 1000 ? 5 : 3));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
