export type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly unknown[];
}

/**
 * Whether a selector finds these labels; an empty one finds everything.
 * @throws {Error} with matchExpressions, which the chart does not write
 */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels = {}): boolean {
  if (matchExpressions.length > 0) throw new Error('matchExpressions are not known here');
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
