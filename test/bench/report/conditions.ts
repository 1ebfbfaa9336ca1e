import type { BenchResults } from './results.ts';

/** What must stand beside every figure of these results: how they were made, and what they do not say. */
export function conditions(results: BenchResults): readonly string[] {
  const { suite, commit, plant, seeds, runs, traces, hints, outOfMemory, price, revisions, command } = results;
  const laws = `${revisions} ${revisions === 1 ? 'revision' : 'revisions'} of our laws`;
  return [
    `Made${command === undefined ? '' : ` by \`${command}\``} at commit ${commit}, plant ${plant}.`,
    suite === 'family'
      ? `Random scenarios; ${laws} were scored on others of the family.`
      : `The named suite is a development set: ${laws} were scored on it.`,
    `${runs} ${runs === 1 ? 'run' : 'runs'} of each scenario. ${seeds.length === 0 ? 'The seeds are not published.' : `Seeds ${seeds.join(', ')}.`}`,
    hints ? 'Clients declare deadlines, sizes, memory and classes.' : 'Clients declare deadlines only.',
    ...(suite !== 'family' ? [`Arrivals and tokens of S3, S6 and S7 are ${tracesWords[traces]}.`] : []),
    outOfMemory === 'fatal'
      ? 'Out of memory loses every job in flight and reloads the model.'
      : 'Out of memory loses the newest job alone.',
    `A failed job costs ${price} on-time ${price === 1 ? 'job' : 'jobs'}.`,
    'Ratios are on-time jobs over those of the best fixed limit, which no law knows; they can exceed 1.',
    'Peers are written anew from their published laws, not run.',
  ];
}

const tracesWords = { recorded: 'recorded ones', generators: 'generated' } as const;
