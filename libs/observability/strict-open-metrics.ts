export interface ParsedFamily {
  readonly type: string;
  readonly help: string;
  /** Value by series as written, e.g. `flyball_queue_jobs{queue="a",state="waiting"}`. */
  readonly series: Map<string, number>;
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"`;
const sampleLine = new RegExp(
  `^(?<series>(?<name>${name})(?:\\{(?<labels>(?:${label})(?:,${label})*)\\})?) (?<value>[^ ]+)(?<exemplar> # \\{(?:${label}(?:,${label})*)?\\} [^ ]+(?: [0-9.]+)?)?$`,
);
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

/**
 * Reads OpenMetrics text as strictly as the specification wants it written, for specs.
 * @throws Error with the first line that is wrong, and why
 */
export function parseOpenMetrics(text: string): ReadonlyMap<string, ParsedFamily> {
  if (!text.endsWith('\n# EOF\n')) throw new Error('the text must end with "# EOF" and a line feed');
  const lines = text.slice(0, -'\n# EOF\n'.length).split('\n');
  const families = new Map<string, ParsedFamily>();
  let open: { name: string; help?: string } | undefined;
  for (const line of lines) {
    const wrong = (why: string): Error => new Error(`${why}: ${JSON.stringify(line)}`);
    const meta = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    if (meta) {
      const [, kind = '', family = '', rest = ''] = meta;
      if (families.has(family)) throw wrong('metadata after samples, or a family twice');
      if (kind === 'HELP') open = { name: family, help: rest };
      else if (!(rest in suffixes)) throw wrong('unknown type');
      else
        families.set(family, { type: rest, help: open?.name === family ? (open.help ?? '') : '', series: new Map() });
      continue;
    }
    const sample = sampleLine.exec(line)?.groups;
    if (sample === undefined) throw wrong('not a sample');
    const [family, parsed] = [...families].at(-1) ?? [];
    if (family === undefined || parsed === undefined) throw wrong('a sample before its metadata');
    const expected = (suffixes[parsed.type] ?? []).map((suffix) => family + suffix);
    if (!expected.includes(sample['name'] ?? '')) throw wrong(`not a sample of ${family} (${parsed.type})`);
    const value = sample['value'] === '+Inf' ? Infinity : Number(sample['value']);
    if (Number.isNaN(value)) throw wrong('not a number');
    if (parsed.type !== 'gauge' && value < 0) throw wrong('below 0');
    const series = sample['series'] ?? '';
    if (parsed.series.has(series)) throw wrong('a series twice');
    parsed.series.set(series, value);
  }
  for (const [family, parsed] of families) if (parsed.type === 'histogram') checkBuckets(family, parsed);
  return families;
}

function checkBuckets(family: string, { series }: ParsedFamily): void {
  let below = 0;
  let edge = -Infinity;
  for (const [key, value] of series) {
    const le = /le="([^"]*)"/.exec(key)?.[1];
    if (le === undefined) {
      if (key.startsWith(`${family}_count`) && value !== below) throw new Error(`${key} is not its +Inf bucket`);
      continue;
    }
    const upper = le === '+Inf' ? Infinity : Number(le);
    if (upper <= edge) below = 0;
    if (value < below) throw new Error(`${key} holds less than the bucket below it`);
    below = value;
    edge = upper === Infinity ? -Infinity : upper;
    if (upper === Infinity) edge = Infinity;
  }
}
