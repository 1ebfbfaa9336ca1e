import { loadSettings } from '#libs/config';
import { builtInStrategies, pid, threshold } from '#libs/strategies';
import { gradient } from '../candidates/gradient.ts';
import { vegas } from '../candidates/vegas.ts';
import { draining, peers, type Peer } from '../peers/index.ts';
import { strategySubject, type Subject } from './subject.ts';

/** The strategy of a worker that is told nothing. */
export const defaultStrategy = loadSettings({}, { strategies: builtInStrategies }).concurrency.strategy;

const shipped = builtInStrategies.filter(({ name }) => name !== 'fixed' && name !== 'handler');
const ours = shipped.map((strategy) => strategySubject(strategy, { kind: 'ours', guard: true }));
const unguarded = shipped.map((strategy) =>
  strategySubject(strategy, { kind: 'ours', guard: false, name: `${strategy.name} unguarded` }),
);
const candidates = [vegas, gradient].map((strategy) => strategySubject(strategy, { kind: 'candidate', guard: true }));
/** Without an ear for deadlines: what GPU readings alone are worth. */
const onDevice = [
  strategySubject(threshold, device('threshold', 'gpu-utilization')),
  strategySubject(pid, device('pid', 'gpu-utilization')),
];
const alone = peers.map((peer) => peerSubject(peer, false));
const guarded = peers.map((peer) => peerSubject(peer, true));
const drained = [...ours, ...alone].map(drainedSubject);

/** Who is in the named suite. */
export const namedSubjects: readonly Subject[] = [...ours, ...candidates, ...alone, ...guarded];
/** Who is in a random family: ours, and of the others who does best alone and with our guard. */
export const familySubjects: readonly Subject[] = [
  ...ours,
  ...candidates,
  ...['vector-arc', 'vector-arc + guard', 'netflix-aimd (bounded) + guard'].map(subjectOf),
];

/** What only variants are for. */
export const unguardedSubjects: readonly Subject[] = unguarded;
export const deviceSubjects: readonly Subject[] = onDevice;
export const drainedSubjects: readonly Subject[] = [defaultStrategy, 'vector-arc'].map((name) =>
  subjectOf(`${name} + drain`),
);

/** @throws {RangeError} for a name that nobody has */
export function subjectOf(name: string): Subject {
  const found = [...namedSubjects, ...unguarded, ...onDevice, ...drained].find((subject) => subject.name === name);
  if (found === undefined) throw new RangeError(`no subject "${name}"`);
  return found;
}

function device(law: string, signal: string): Parameters<typeof strategySubject>[1] {
  return { kind: 'ours', guard: true, parameters: { signal }, name: `${law} on ${signal}` };
}

function peerSubject(peer: Peer, guard: boolean): Subject {
  const kind = peer.name.startsWith('static-') ? 'fixed' : guard ? 'peer+guard' : 'peer';
  return { name: peerName(peer, guard), law: peer.name, kind, guard, create: (random) => peer.create(random) };
}

export function peerName({ name, variant }: Peer, guard: boolean): string {
  return `${name}${variant === 'bounded' ? ' (bounded)' : ''}${guard ? ' + guard' : ''}`;
}

/** Behind the actuator of RunPod's SDK. */
function drainedSubject(subject: Subject): Subject {
  return { ...subject, name: `${subject.name} + drain`, create: (random) => draining(subject.create(random)) };
}
