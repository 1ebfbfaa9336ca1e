// Reads the five pictures with the handler itself, without a queue: `node examples/ocr/check.mjs`
import handler from './handler.mjs';
import { truth } from './pictures.mjs';

const { signal } = new AbortController();
const names = Object.keys(truth);
const results = await Promise.all(names.map((image) => handler({ id: image, input: { image } }, { signal })));

for (const [index, name] of names.entries()) {
  const { text, confidence, error } = results[index];
  const exact = text === truth[name];
  console.log(exact ? `${name}: exact (confidence ${confidence})` : `${name}: WRONG\n${error ?? text}`);
  if (!exact) process.exitCode = 1;
}
