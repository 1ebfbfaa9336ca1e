import { didYouMean } from './nearest.ts';
import { setting, type Parsed, type Setting } from './setting.ts';

const known = ['auto', 'nvml', 'nvidia-smi', 'dcgm:URL', 'model-server:URL', 'sim:SCENARIO', 'none'];
const allowed = `${known.map((each) => `\`${each}\``).join(', ')}; a comma list is an order of preference`;

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
  const kinds = members.flatMap((member) => (member === 'auto' ? ['nvml', 'nvidia-smi'] : [kindOf(member)]));
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) < index);
  if (twice !== undefined) return { wrong: `names ${twice} twice. Remove one` };
  if (members.includes('none') && members.length > 1) return { wrong: 'has none beside others. Write none alone' };
  return { value: members };
}

function kindOf(member: string): string {
  return member.split(':', 1)[0] ?? '';
}

function wrongMember(member: string): string | undefined {
  const kind = kindOf(member);
  const rest = member.slice(kind.length + 1);
  switch (kind) {
    case 'auto':
    case 'none':
    case 'nvml':
    case 'nvidia-smi':
      return member === kind ? undefined : `names ${member}, but ${kind} takes nothing after it. Write ${kind}`;
    case 'sim':
      return /^[a-z0-9-]+$/.test(rest) ? undefined : 'needs a scenario after sim:, such as sim:knee';
    case 'dcgm':
    case 'model-server':
      return isHttpUrl(rest) ? undefined : `needs an address after ${kind}:, such as ${examples[kind]}`;
    default:
      return `names ${member === '' ? 'nothing between two commas' : member}, which is not a source.${didYouMean(member, known)} Known: ${known.join(', ')}`;
  }
}

const examples = {
  dcgm: 'dcgm:http://127.0.0.1:9400/metrics',
  'model-server': 'model-server:http://127.0.0.1:8000/metrics',
} as const;

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}
