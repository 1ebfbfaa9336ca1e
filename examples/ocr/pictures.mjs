import { readFileSync } from 'node:fs';
import { draw } from './draw.mjs';

/** What each of the five pictures says, by name. */
export const truth = JSON.parse(readFileSync(new URL('truth.json', import.meta.url), 'utf8'));

/** The five pictures as PNG, drawn when the example starts: there are no binaries in the repository. */
export const pictures = new Map(Object.entries(truth).map(([name, text]) => [name, draw(text)]));
