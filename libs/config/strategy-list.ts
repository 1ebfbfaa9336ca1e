import { setting, type Setting } from './setting.ts';

/** Names of strategies, or paths of modules that export one; which names there are is for {@link loadSettings} to know. */
export function strategyList(
  separator: '+' | ',',
  words: { readonly meaning: string; readonly allowed: string; readonly default?: string },
): Setting<readonly string[]> {
  return setting<readonly string[]>({ kind: 'list', ...words }, (text) => {
    const names = text.split(separator).map((name) => name.trim());
    if (names.includes('')) return { wrong: `names nothing beside a "${separator}". Remove it, or write the name` };
    const twice = names.find((name, index) => names.indexOf(name) < index);
    return twice === undefined ? { value: names } : { wrong: `names ${twice} twice. Remove one` };
  });
}
