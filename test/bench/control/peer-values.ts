import type { Section, SubjectResult } from '../report/results.ts';
import { peers } from '../peers/index.ts';
import { checkSection, shown, type Check } from './check.ts';
import { peerName } from './subjects.ts';

const tolerance = 0.05;

/** Each peer's geometric mean beside what an exploratory build saw of the same law. */
export function peerValues(subjects: readonly SubjectResult[], isRecorded: boolean): Section {
  const checks = peers.flatMap((peer): readonly Check[] => {
    const { alone, withGuard } = peer.expected ?? {};
    const both = [
      [peerName(peer, false), alone],
      [peerName(peer, true), withGuard],
    ] as const;
    return both.flatMap(([name, expected]) => {
      const found = subjects.find((subject) => subject.name === name)?.summary.geomean;
      if (expected === undefined || found === undefined) return [];
      const holds = Math.abs(found - expected) <= tolerance;
      return [{ what: name, expected: expected.toFixed(2), found: shown(found), holds }];
    });
  });
  const notes = [
    'Expected: seen with recorded traces; to agree within 0.05.',
    ...(isRecorded ? [] : ['Here the arrivals of S3, S6 and S7 are generated.']),
  ];
  return checkSection('Peers: geometric mean of the named suite', checks, { notes, wrong: 'differs' });
}
