export interface Chart {
  readonly title: string;
  /** Evenly spaced over time. */
  readonly values: readonly number[];
  /** Columns of the drawing, without its scale. */
  readonly width: number;
}

const height = 6;
const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** Columns of the scale at the left. */
export const scaleWidth = 8;

/** Columns of blocks, each the mean of its share of the values, over a line of zero. */
export function chartLines({ title, values, width }: Chart): readonly string[] {
  const columns = resampled(values, width);
  const top = roundTop(Math.max(...columns, 0));
  const rows = Array.from({ length: height }, (_, index) => {
    const row = height - 1 - index;
    const cells = columns.map((value) => cell(value / top, row)).join('');
    const label = row === height - 1 ? top : row === height / 2 - 1 ? top / 2 : undefined;
    return `${scale(label)}┤${cells}`.trimEnd();
  });
  return [`${' '.repeat(scaleWidth)} ${title}`, ...rows, `${scale(0)}└${'─'.repeat(columns.length)}`];
}

/** Means over `width` equal shares; fewer values than that stay as they are. */
export function resampled(values: readonly number[], width: number): readonly number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, index) => {
    const share = values.slice(
      Math.floor((index * values.length) / width),
      Math.floor(((index + 1) * values.length) / width),
    );
    return share.reduce((sum, value) => sum + value, 0) / share.length;
  });
}

function cell(share: number, row: number): string {
  const filled = Math.round(share * height * 8) - row * 8;
  // What is not zero is seen.
  const least = row === 0 && share > 0 ? 1 : 0;
  return eighths[Math.min(8, Math.max(least, filled))] ?? ' ';
}

function scale(label: number | undefined): string {
  const text = label === undefined ? '' : String(Number(label.toPrecision(3)));
  return `${text} `.padStart(scaleWidth);
}

/** The next of 1, 2, 3, 4, 6, 8 times a power of ten: its half is as short to write. */
function roundTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 3, 4, 6, 8, 10].find((each) => each * power >= value * 0.999) ?? 10);
}
