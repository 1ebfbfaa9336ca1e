import { lineage, textsOf, type Instruction, type Stage } from './dockerfile.ts';

/** What an engine reads off an image when it starts a container of it. */
export interface Image {
  /** As USER says it. */
  readonly user: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
}

/** @throws where a command is not in the exec form, which is JSON */
export function imageOf(stages: readonly Stage[], stage: Stage): Image {
  const instructions = lineage(stages, stage);
  const [, healthcheck = ''] = /\bCMD (.*)$/.exec(last(instructions, 'HEALTHCHECK')) ?? [];
  return {
    user: last(instructions, 'USER'),
    folder: last(instructions, 'WORKDIR'),
    environment: pairs(instructions, 'ENV'),
    labels: pairs(instructions, 'LABEL'),
    entrypoint: words(last(instructions, 'ENTRYPOINT')),
    healthcheck: words(healthcheck),
  };
}

function last(instructions: readonly Instruction[], keyword: string): string {
  return textsOf(instructions, keyword).at(-1) ?? '';
}

function words(command: string): readonly string[] {
  return JSON.parse(command) as readonly string[];
}

function pairs(instructions: readonly Instruction[], keyword: string): Readonly<Record<string, string>> {
  const found = textsOf(instructions, keyword).flatMap((text) => [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)]);
  return Object.fromEntries(found.map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
}
