import { expect, it } from 'vitest';
import { unknownRoute } from './routes.ts';

it('names what is deliberately left out', () => {
  expect(unknownRoute('GET', 'requests')).toMatch(/not served/);
  expect(unknownRoute('POST', 'batches/7')).toMatch(/not served/);
});

it('says which method a known route takes', () => {
  expect(unknownRoute('GET', 'run')).toBe('/run does not answer GET here. It takes POST.');
  expect(unknownRoute('POST', 'status')).toMatch(/with the job id/);
  expect(unknownRoute('POST', 'job-done/w1')).toMatch(/the worker id and the job id/);
});

it('lists the routes for anything else', () => {
  expect(unknownRoute('GET', 'constructor')).toMatch(/no such route.*runsync/);
});
