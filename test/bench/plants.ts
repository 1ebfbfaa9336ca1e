import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Plant {
  readonly name: string;
  readonly handler: string;
  /** The input of the n-th job. */
  readonly input: (n: number) => unknown;
  /** The process that does the work, where it is not the standalone. */
  readonly pid?: number | undefined;
  readonly close: () => void;
}

const pictures = ['invoice', 'label', 'notice', 'recipe', 'ticket'];

/** Examples that do real work, by name. */
export const plants: Readonly<Record<string, () => Promise<Plant>>> = {
  ocr: () =>
    Promise.resolve({
      name: 'ocr',
      handler: example('ocr/handler.mjs'),
      input: (n) => ({ image: pictures[n % pictures.length] }),
      close: () => {},
    }),
  'http-upstream': async () => {
    const server = spawn(process.execPath, [example('http-upstream/server.mjs')], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const handler = /http:\S+/.exec(line.toString())?.[0];
    if (handler === undefined) throw new Error(`the upstream said: ${line.toString()}`);
    return {
      name: 'http-upstream',
      handler,
      input: (n) => ({ text: `job ${n}` }),
      pid: server.pid,
      close: () => void server.kill(),
    };
  },
};

function example(path: string): string {
  return fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
}
