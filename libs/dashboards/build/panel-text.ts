/** What every panel says of itself. */
export interface PanelText {
  readonly title: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
  /** What it shows, in whole sentences. */
  readonly shows: string;
  /** The first thing to do when it stands out, in whole sentences. */
  readonly todo: `If high: ${string}` | `If low: ${string}`;
  /** Columns of 24. */
  readonly width: number;
  readonly height?: number;
}

/** Grafana's custom unit of so many each second: `1.2 K jobs/s`. */
export function eachSecond(what: 'jobs' | 'attempts' | 'deliveries' | 'decisions' | 'tokens'): string {
  return `count:${what}/s`;
}

export function description({ shows, todo }: PanelText): string {
  return `${shows}\n\n${todo}`;
}

/** No series at all: nobody was heard. Not a calm word, and not a number. */
export const nobodyHeard = 'No data';
