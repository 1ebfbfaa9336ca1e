import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { handlerFile } from '../handler-trial.ts';
import { runPythonTestInput } from './test-input.ts';

const bridge = fileURLToPath(new URL('./bridge.py', import.meta.url));

function test(
  text: string,
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): { rc: number | null; out: string } {
  const path = handlerFile('handler.py', text);
  for (const [name, content] of Object.entries(files)) {
    spawnSync('tee', [name], { cwd: dirname(path), input: content });
  }
  const ran = spawnSync('python3', [bridge, 'test', path, ...args], { cwd: dirname(path), encoding: 'utf8' });
  return { rc: ran.status, out: ran.stdout };
}

const echo = 'import runpod\nrunpod.serverless.start({"handler": lambda job: job})\n';
const generator = `
import runpod
def handler(job):
    yield 1
    yield 2
runpod.serverless.start({"handler": handler, "return_aggregate_stream": True, "concurrency_modifier": lambda n: n + 1})
`;

it('62: runs one job, says its line and exits 0', () => {
  const { rc, out } = test(echo, ['--test_input', '{"input":{}}']);
  expect(out).toContain('Job local_test completed successfully.');
  expect(rc).toBe(0);
});

it.each([
  ['a handler that raises', 'import runpod\nrunpod.serverless.start({"handler": lambda job: 1 / 0})\n', '{"input":{}}'],
  [
    'a returned error',
    'import runpod\nrunpod.serverless.start({"handler": lambda job: {"error": "x"}})\n',
    '{"input":{}}',
  ],
  ['no input', echo, '{"id":"a"}'],
  ['a null input', echo, '{"input":null}'],
  ['what is no JSON', echo, '{'],
])('62: exits 1 with %s', (_, text, input) => {
  expect(test(text, ['--test_input', input]).rc).toBe(1);
});

it('62: iterates a generator and calls the modifier once', () => {
  const { rc, out } = test(generator, ['--test_input', '{"input":{}}']);
  expect(out).toContain('Job result: [1,2]');
  expect(out.match(/concurrency_modifier\(1\)/g)).toHaveLength(1);
  expect(rc).toBe(0);
});

it('62: takes test_input.json where the flag has no value', () => {
  const { rc, out } = test(echo, ['--test_input'], { 'test_input.json': '{"input":{"a":1},"id":"mine"}' });
  expect(out).toContain('Job mine completed successfully.');
  expect(rc).toBe(0);
  expect(test(echo, ['--test_input']).rc).toBe(1);
});

it('62: answers with the exit code', async () => {
  expect(await runPythonTestInput(handlerFile('handler.py', echo), ['--test_input', '{}'])).toBe(1);
});
