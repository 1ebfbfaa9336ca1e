import { readFileSync } from 'node:fs';
import { runbookPagePath, runbookPath } from './links.ts';

/** The runbook as a page that Grafana serves beside its dashboards, by its path in the repository. */
export function runbookFiles(): Readonly<Record<string, string>> {
  const markdown = readFileSync(new URL(`../../${runbookPath}`, import.meta.url), 'utf8');
  return { [runbookPagePath]: runbookPage(markdown) };
}

/** The text as it is written, with headings that links find and links that lead to headings. */
export function runbookPage(markdown: string): string {
  const blocks = markdown.trim().split(/^(```\w*\n[^]*?^```)$/m);
  const body = blocks.map((block, index) => (index % 2 === 0 ? prose(block) : escaped(block))).join('');
  return `<!doctype html>
<!-- Made by \`npm run dashboards\` from ${runbookPath}. -->
<!-- prettier-ignore -->
<html lang="en"><head><meta charset="utf-8"><title>Flyball: runbook</title>
<style>:root { color-scheme: light dark } pre { max-width: 130ch; margin: 2em auto; white-space: pre-wrap } h1, h2, h3 { display: inline; font-size: 1.2em } :target { background: Highlight; color: HighlightText }</style>
</head><body><pre>
${body}
</pre></body></html>
`;
}

function prose(block: string): string {
  return escaped(block)
    .replaceAll(/^(#{1,3}) (.*)$/gm, (_, { length }: string, text: string) => {
      const id = text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-');
      return `<h${length} id="${id}">${text}</h${length}>`;
    })
    .replaceAll(/\[([^\]]+)\]\((#[^)]+)\)/g, '<a href="$2">$1</a>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<b>$1</b>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
