import { didYouMean } from './nearest.ts';
import { setting, type Parsed, type Setting } from './setting.ts';

const later = ['nvml', 'nvidia-smi', 'dcgm', 'model-server'];
const allowed = '`auto`, `none`, `sim:SCENARIO`, or a comma list in order of preference';

/** Where GPU readings come from, in order of preference. */
export function gpuSources(words: { readonly meaning: string; readonly default: string }): Setting<readonly string[]> {
  return setting<readonly string[]>({ kind: 'list', allowed, ...words }, parseSources);
}

function parseSources(text: string): Parsed<readonly string[]> {
  const members = text.split(',').map((member) => member.trim());
  for (const member of members) {
    const wrong = wrongMember(member);
    if (wrong !== undefined) return { wrong };
  }
  if (new Set(members).size < members.length) return { wrong: 'names a source twice. Remove one' };
  if (members.includes('none') && members.length > 1) return { wrong: 'has none beside others. Write none alone' };
  return { value: members };
}

function wrongMember(member: string): string | undefined {
  if (member === 'auto' || member === 'none') return undefined;
  const [kind = '', ...rest] = member.split(':');
  if (kind === 'sim') {
    return /^[a-z0-9-]+$/.test(rest.join(':')) ? undefined : 'needs a scenario after sim:, such as sim:knee';
  }
  if (later.includes(kind)) {
    return `names ${kind}, which is not in this version of Flyball. Use auto, sim:SCENARIO or none`;
  }
  const known = ['auto', 'none', 'sim:SCENARIO', ...later];
  return `names ${member === '' ? 'nothing between two commas' : member}, which is not a source.${didYouMean(member, known)} Known: auto, none, sim:SCENARIO`;
}
