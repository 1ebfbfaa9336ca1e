import { describe, expect, it } from 'vitest';
import { failedStart, failedStatus } from './failures.ts';

const failure = (status: number, stdout = '', stderr = '') => failedStatus({ status, stdout, stderr })?.failure;

describe('a status of nvidia-smi', () => {
  it.each([0, 14])('%d leaves a document that can be used', (status) => {
    expect(failure(status, '<nvidia_smi_log/>', 'WARNING: infoROM is corrupted')).toBeUndefined();
  });

  it.each([2, 3, 4, 6, 9, 10, 12, 15, 255])('%d is a failure with its own words and a next step', (status) => {
    expect(failure(status, 'Something is wrong.\nMore of it\n')).toEqual({
      result: 'exit',
      message: `nvidia-smi ended with status ${status}: Something is wrong`,
      next: expect.stringMatching(/\.$/),
    });
  });

  it('has the words of stderr when stdout has a document or nothing', () => {
    expect(failure(255, '<nvidia_smi_log>', 'Unknown Error\n')?.message).toMatch(/255: Unknown Error$/);
    expect(failure(255, '', 'Unknown Error\n')?.message).toMatch(/255: Unknown Error$/);
    expect(failure(255)?.message).toBe('nvidia-smi ended with status 255');
  });

  it('has at most 200 characters of them', () => {
    expect(failure(255, 'x'.repeat(10_000))?.message.length).toBeLessThan(240);
  });

  it('of a wrapper that finds no nvidia-smi means that it is not here', () => {
    expect(failure(127, '', 'sh: nvidia-smi: not found')).toMatchObject({ result: 'spawn', absent: true });
    expect(failure(126, '', 'sh: nvidia-smi: Permission denied')).toMatchObject({ result: 'spawn' });
    expect(failure(126)).not.toHaveProperty('absent');
  });

  it.each([0, 6])('%d with the words that there is no device means that', (status) => {
    expect(failure(status, 'No devices were found\n')).toMatchObject({ result: 'empty' });
  });
});

describe('a start that fails', () => {
  it.each([
    ['ENOENT', { result: 'spawn', absent: true }],
    ['EACCES', { result: 'spawn' }],
    ['ENOMEM', { result: 'spawn', message: expect.stringContaining('ENOMEM') }],
  ])('with %s says what to do', (code, expected) => {
    expect(failedStart(code).failure).toMatchObject({ ...expected, next: expect.stringMatching(/\.$/) });
    expect('absent' in failedStart(code).failure).toBe('absent' in expected);
  });
});
