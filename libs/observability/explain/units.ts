/** Numbers as explanations write them: SI units, as many digits as somebody can use. */

/** A limit or a number of jobs, which may be fractional: `14`, `3.25`, `71.2`. */
export function jobs(count: number): string {
  return String(Number(count.toFixed(count < 10 ? 2 : 1)));
}

/** `52 ms`, `1.84 s`, `40 s`, `12 min`, `3.2 h` */
export function span(ms: number, digits = 3): string {
  if (ms > 0 && ms < 100) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toPrecision(digits))} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Number((ms / 3_600_000).toFixed(1))} h`;
}

/** `0.4 s old` */
export function age(ms: number): string {
  return `${span(ms, 2)} old`;
}

/** `77.95 of 77.30 GB` */
export function gigabytes(part: number, whole: number): string {
  return `${(part / 1e9).toFixed(2)} of ${(whole / 1e9).toFixed(2)} GB`;
}

/** A share, as 0..1. */
export function share(value: number): string {
  return value.toFixed(2);
}

/** A share, for sentences: `8 %`. */
export function percent(value: number): string {
  return `${Number((100 * value).toPrecision(2))} %`;
}

/** Three significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Wall clock in ISO 8601, to the second: `2026-09-21T14:03:20Z`. `ms` since 1970. */
export function instant(ms: number): string {
  return new Date(Math.round(ms / 1000) * 1000).toISOString().replace('.000', '');
}
