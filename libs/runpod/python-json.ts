/** A parsed text, and how many of Python's non-finite numbers in it became `null`. */
export interface ParsedJson {
  readonly value: unknown;
  readonly replaced: number;
}

/**
 * Reads JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` outside strings become `null`.
 * Strict first, since nearly every text is; tolerant only when that fails.
 * @throws {SyntaxError} when it is no JSON even so
 */
export function parsePythonJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text), replaced: 0 };
  } catch (error) {
    const { strict, replaced } = replaceNonFinite(text);
    if (replaced === 0) throw error;
    return { value: JSON.parse(strict), replaced };
  }
}

const nonFinite = ['NaN', 'Infinity', '-Infinity'] as const;

// A scan, not a regular expression: one over strings of many megabytes overflows its stack or runs for ever.
function replaceNonFinite(text: string): { strict: string; replaced: number } {
  const parts: string[] = [];
  let from = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString && character === '\\') at += 1;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === 'N' || character === 'I' || character === '-')) {
      const token = nonFinite.find((token) => text.startsWith(token, at));
      if (token === undefined) continue;
      parts.push(text.slice(from, at), 'null');
      at += token.length - 1;
      from = at + 1;
    }
  }
  return { strict: parts.join('') + text.slice(from), replaced: parts.length / 2 };
}
