import type { GridPosition, Panel } from './committed.ts';

const columns = 24;

/** Where panels lie over each other or over the edge, or a line of panels leaves a gap. */
export function layoutProblems(panels: readonly Panel[]): readonly string[] {
  const outside = panels.filter(({ gridPos: { x, y, w, h } }) => x < 0 || y < 0 || w < 1 || h < 1 || x + w > columns);
  const pairs = panels.flatMap((one, index) => panels.slice(index + 1).map((other) => [one, other] as const));
  return [
    ...outside.map((panel) => `“${panel.title}” does not fit into ${columns} columns`),
    ...pairs
      .filter(([one, other]) => overlap(one.gridPos, other.gridPos))
      .map(([one, other]) => `“${one.title}” lies over “${other.title}”`),
    ...[...widths(panels)].filter(([, width]) => width < columns).map(([y, width]) => `line ${y} is ${width} wide`),
  ];
}

function overlap(one: GridPosition, other: GridPosition): boolean {
  const beside = one.x + one.w <= other.x || other.x + other.w <= one.x;
  const below = one.y + one.h <= other.y || other.y + other.h <= one.y;
  return !beside && !below;
}

/** Columns filled in each line of the grid in which a panel begins. */
function widths(panels: readonly Panel[]): ReadonlyMap<number, number> {
  const lines = [...new Set(panels.map(({ gridPos }) => gridPos.y))];
  return new Map(lines.map((line) => [line, widthAt(panels, line)]));
}

function widthAt(panels: readonly Panel[], line: number): number {
  const crossing = panels.filter(({ gridPos: { y, h } }) => y <= line && line < y + h);
  return crossing.reduce((sum, { gridPos }) => sum + gridPos.w, 0);
}
