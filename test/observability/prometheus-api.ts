/** One point: Unix seconds, and the number (NaN and the infinities included). */
export type Point = readonly [at: number, value: number];

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

/** Unix seconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ScrapedTarget {
  readonly url: string;
  readonly health: string;
  readonly lastError: string;
}

export interface EvaluatedRule {
  readonly group: string;
  readonly name: string;
  readonly type: 'recording' | 'alerting';
  readonly query: string;
  /** `ok`, `unknown` before the first evaluation, or `err`. */
  readonly health: string;
  readonly lastError: string;
}

export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at: number;
}

const answerMs = 10_000;
const readyMs = 1000;

/** What a Prometheus answers over HTTP. Each question is given 10 s, and one that is refused throws with its words. */
export class PrometheusApi {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  isReady(): Promise<boolean> {
    return fetch(`${this.#url}/-/ready`, { signal: AbortSignal.timeout(readyMs) }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** @throws with Prometheus' own words, where the expression does not parse or cannot be evaluated */
  async query(query: string, at?: number): Promise<readonly Series[]> {
    const time = at === undefined ? {} : { time: String(at) };
    return seriesOf(await this.#ask<QueryData>('query', { query, ...time }));
  }

  /** @throws with Prometheus' own words, where the expression does not parse or cannot be evaluated */
  async queryRange(query: string, { from, to }: Span, stepSeconds: number): Promise<readonly Series[]> {
    const step = String(stepSeconds);
    return seriesOf(await this.#ask<QueryData>('query_range', { query, start: String(from), end: String(to), step }));
  }

  async exemplars(query: string, { from, to }: Span): Promise<readonly Exemplar[]> {
    const found = await this.#ask<
      readonly {
        readonly exemplars: readonly {
          readonly labels: Readonly<Record<string, string>>;
          readonly value: string;
          readonly timestamp: number;
        }[];
      }[]
    >('query_exemplars', { query, start: String(from), end: String(to) });
    return found
      .flatMap(({ exemplars }) => exemplars)
      .map(({ labels, value, timestamp }) => ({ labels, value: Number(value), at: timestamp }));
  }

  async targets(): Promise<readonly ScrapedTarget[]> {
    const { activeTargets } = await this.#ask<{
      readonly activeTargets: readonly { scrapeUrl: string; health: string; lastError: string }[];
    }>('targets', {});
    return activeTargets.map(({ scrapeUrl: url, health, lastError }) => ({ url, health, lastError }));
  }

  async rules(): Promise<readonly EvaluatedRule[]> {
    const { groups } = await this.#ask<{
      readonly groups: readonly {
        readonly name: string;
        readonly rules: readonly (Omit<EvaluatedRule, 'group' | 'lastError'> & { readonly lastError?: string })[];
      }[];
    }>('rules', {});
    return groups.flatMap(({ name: group, rules }) =>
      rules.map(({ name, type, query, health, lastError = '' }) => ({ group, name, type, query, health, lastError })),
    );
  }

  async #ask<Data>(endpoint: string, parameters: Readonly<Record<string, string>>): Promise<Data> {
    const url = `${this.#url}/api/v1/${endpoint}?${new URLSearchParams(parameters).toString()}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    const answer = (await response.json()) as {
      readonly status: string;
      readonly data: Data;
      readonly error?: string;
    };
    if (answer.status !== 'success') throw new Error(`${answer.error}\nin: ${parameters['query'] ?? endpoint}`);
    return answer.data;
  }
}

type Sample = readonly [at: number, value: string];

type QueryData =
  | { readonly resultType: 'scalar'; readonly result: Sample }
  | {
      readonly resultType: 'vector' | 'matrix';
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value?: Sample;
        readonly values?: readonly Sample[];
      }[];
    };

function seriesOf(data: QueryData): readonly Series[] {
  if (data.resultType === 'scalar') return [{ labels: {}, points: [pointOf(data.result)] }];
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    points: (values ?? (value === undefined ? [] : [value])).map(pointOf),
  }));
}

/** `+Inf` is not a number as JavaScript writes it. */
function pointOf([at, value]: Sample): Point {
  return [at, Number(value.replace('Inf', 'Infinity'))];
}
