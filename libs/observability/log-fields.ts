import { sixDigits, withoutSecrets } from '#libs/core';

/**
 * What a log line may carry beside its message. A list of what may, because a list of what may not is never complete:
 * keys, headers, inputs and outputs have no name here.
 */
const spelling: ReadonlyMap<string, string> = new Map(
  `action address advice attempt attempts by cause code console count decisionId detail durationMs endpoint error errorType
  event explanation files from gpu handler host isolation jobId jobs kind label level limit limitingFactor max message min missing mode
  name next nodeVersion operation outcome path period phase pid port queue queueWaitMs reason repeated result retried
  returned revision scope stack serviceMs setting signal sink source spanId startMs status strategy suggestion to totalMs traceFlags traceId tries unit
  until url value variable version waitMs waiting warning worker`
    .split(/\s+/)
    .map((name) => [name, snakeCase(name)]),
);

const longestText = 2000;
/** An id or a code: neither an address nor two words, so nothing to take out. Most fields are. */
const oneWord = /^[\w-]*$/;

/** Allowed fields in the log's own spelling (`job_id`), secrets taken out of texts. */
export function logFields(fields: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    const spelt = spelling.get(name);
    if (spelt === undefined) continue;
    if (typeof value === 'string') kept[spelt] = safeText(value);
    else if (typeof value === 'number') kept[spelt] = Number.isInteger(value) ? value : sixDigits(value);
    else if (typeof value === 'boolean') kept[spelt] = value;
  }
  return kept;
}

/** A text without the passwords and query strings of its URLs and without bearer tokens, cut to a readable length. */
export function safeText(text: string): string {
  if (text.length <= longestText && oneWord.test(text)) return text;
  const short = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return withoutSecrets(short).replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 ***');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
