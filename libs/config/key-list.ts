import { setting, type Parsed, type Setting } from './setting.ts';

export interface Key {
  /** What logs and records show instead of the key. */
  readonly label: string;
  readonly key: string;
}

/** `KEY` or `LABEL:KEY`, separated by commas; a key without a label is called `<prefix>-<place>`. */
export function keyList(labelPrefix: string, meaning: string): Setting<readonly Key[]> {
  const allowed = 'a comma list of KEY or LABEL:KEY';
  return setting<readonly Key[]>({ kind: 'keys', allowed, meaning, secret: true }, (text) =>
    parseKeys(text, labelPrefix),
  );
}

function parseKeys(text: string, labelPrefix: string): Parsed<readonly Key[]> {
  const keys = text.split(',').map((member, index) => parseKey(member.trim(), `${labelPrefix}-${index + 1}`));
  const place = keys.findIndex(({ key }) => !/^[\x21-\x7e]+$/.test(key)) + 1;
  if (place > 0) return { wrong: `has an empty key, or one that is not plain ASCII without spaces, in place ${place}` };
  const odd = keys.findIndex(({ label }) => !/^[\w.-]{1,64}$/.test(label)) + 1;
  if (odd > 0) return { wrong: `has a label in place ${odd} that is not 1 to 64 letters, digits, ".", "_" or "-"` };
  if (new Set(keys.map(({ key }) => key)).size < keys.length) return { wrong: 'has the same key twice. Remove one' };
  const labels = keys.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) < index);
  if (twice !== undefined) return { wrong: `has the label ${twice} twice. Rename one` };
  return { value: keys };
}

function parseKey(member: string, label: string): Key {
  const colon = member.indexOf(':');
  return colon < 0 ? { label, key: member } : { label: member.slice(0, colon), key: member.slice(colon + 1) };
}
