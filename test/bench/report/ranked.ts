import { subjectKinds, type BenchResults, type SubjectResult } from './results.ts';

/** Best first: by the geometric mean of a named suite, by the mean of a family, in which everybody's worst is near 0. */
export function ranked({ suite, subjects }: BenchResults): readonly SubjectResult[] {
  const rank = ({ summary }: SubjectResult): number => (suite === 'family' ? summary.mean : summary.geomean);
  return subjects.toSorted((a, b) => rank(b) - rank(a) || kindRank(a) - kindRank(b));
}

function kindRank({ kind }: SubjectResult): number {
  return subjectKinds.indexOf(kind);
}

export function marked(subject: SubjectResult): string {
  return subject.default ? `${subject.name} (default)` : subject.name;
}
