import { expect, it } from 'vitest';
import { Progress } from './progress.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const sent: string[] = [];
  const answers: (() => void)[] = [];
  const progress = new Progress((text) => {
    sent.push(text);
    return new Promise((resolve, reject) => answers.push(text === 'bad' ? reject : resolve));
  });
  return { progress, sent, answer: () => answers.shift()?.() };
}

it('sends one at a time, and then the latest', async () => {
  const { progress, sent, answer } = setUp();
  for (let step = 0; step < 1000; step += 1) void progress.tell(`step ${step}`);
  await turn();
  expect(sent).toEqual(['step 999']);
  for (let step = 1000; step < 1010; step += 1) void progress.tell(`step ${step}`);
  await turn();
  expect(sent).toHaveLength(1);
  answer();
  await turn();
  expect(sent).toEqual(['step 999', 'step 1009']);
});

it('ends when the one under way has been answered, and sends none after it', async () => {
  const { progress, sent, answer } = setUp();
  void progress.tell('a');
  await turn();
  void progress.tell('b');
  let ended = false;
  const ending = progress.end().then(() => (ended = true));
  await turn();
  expect(ended).toBe(false);
  answer();
  await ending;
  await progress.tell('c');
  expect(sent).toEqual(['a']);
});

it('goes on after one that did not arrive', async () => {
  const { progress, sent, answer } = setUp();
  void progress.tell('bad');
  await turn();
  const next = progress.tell('good');
  answer();
  await turn();
  answer();
  await next;
  expect(sent).toEqual(['bad', 'good']);
});
