export interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

export interface Stage {
  /** An image, or the name of a stage. */
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile in their order; its own instructions only, see {@link lineage}. */
export function stagesOf(dockerfile: string): readonly Stage[] {
  const instructions = instructionsOf(dockerfile);
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, index) => {
    const [, base = '', name] = /^(\S+)(?: AS (\S+))?$/.exec(instructions[start]?.text ?? '') ?? [];
    return { base, name, instructions: instructions.slice(start + 1, starts[index + 1]) };
  });
}

/**
 * What `docker build --target` names; without a name the last stage.
 * @throws where there is no such stage
 */
export function targetOf(stages: readonly Stage[], target?: string): Stage {
  const stage = target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target);
  if (stage === undefined) throw new Error(`The Dockerfile has no stage "${target}".`);
  return stage;
}

/** All that a stage goes through: the instructions of the stages that it stands on, then its own. */
export function lineage(stages: readonly Stage[], stage: Stage): readonly Instruction[] {
  const under = stages.find(({ name }) => name === stage.base);
  return [...(under === undefined ? [] : lineage(stages, under)), ...stage.instructions];
}

export function textsOf(instructions: readonly Instruction[], keyword: string): readonly string[] {
  return instructions.filter((each) => each.keyword === keyword).map(({ text }) => text);
}

/** Comments are lines of their own, also between the lines of one instruction. */
function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, '');
  return joined.split('\n').map((line) => {
    const [, keyword = '', text = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    return { keyword: keyword.toUpperCase(), text: text.trim() };
  });
}
