import { globSync, readFileSync } from 'node:fs';
import { normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../', import.meta.url));
export const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

export interface Service {
  readonly build?: string;
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
}

export const stackFiles = ['compose.yaml', ...globSync('dashboards/stack/**/*.yaml', { cwd: root })];
export const compose = parse(read('compose.yaml')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
export const services = Object.entries(compose.services);
export const serviceNames = services.map(([name]) => name);
export const flyball = compose.services['flyball'];

export interface Mount {
  readonly from: string;
  readonly to: string;
}

export function mountsOf(service: Service | undefined): readonly Mount[] {
  return (service?.volumes ?? []).map((volume) => {
    const [from = '', to = ''] = volume.split(':');
    return { from, to };
  });
}

/** Where a file of a container lies in the repository; undefined where no folder of ours is mounted there. */
export function inRepository(service: Service | undefined, path: string): string | undefined {
  const mount = mountsOf(service).find(
    ({ from, to }) => from.startsWith('./') && (path === to || path.startsWith(`${to}/`)),
  );
  return mount && normalize(mount.from + path.slice(mount.to.length));
}
