import type { Panel } from './committed.ts';

/** What a panel fails to say of itself. */
export function textProblems({ title, description = '', fieldConfig }: Panel): readonly string[] {
  const paragraphs = description.split('\n\n');
  const problems: string[] = [];
  if (title === undefined || title.trim() === '') problems.push('has no title');
  if (fieldConfig?.defaults.unit === undefined) problems.push('has no unit');
  if (!isSentence(paragraphs[0])) problems.push('does not say what it shows, in a sentence');
  if (paragraphs.length < 2 || !/^If (high|low): .*[.]$/s.test(paragraphs.at(-1) ?? '')) {
    problems.push('does not end with what to do: "If high: …" or "If low: …"');
  }
  return problems;
}

/** “Titles” in the description that are neither of these titles nor of these words. */
export function deadReferences(
  { description = '' }: Panel,
  { titles, words }: { readonly titles: readonly string[]; readonly words: ReadonlySet<string> },
): readonly string[] {
  return [...description.matchAll(/“([^”]+)”/g)]
    .map(([, quoted = '']) => quoted)
    .filter((quoted) => !words.has(quoted) && !titles.some((title) => title.includes(quoted)))
    .map((quoted) => `points to “${quoted}”, which is no panel`);
}

function isSentence(text = ''): boolean {
  return /^\p{Lu}.*[.)]$/su.test(text) && !text.startsWith('If ');
}
