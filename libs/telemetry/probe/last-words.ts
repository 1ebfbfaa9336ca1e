const longest = 300;
/** Frames of a stack, and Node's signature below it. */
const aside = /^\s*(at |\d+: 0x|Node\.js v|-+ )/;

/** What a process said last on stderr that may tell why it ended. */
export class LastWords {
  #text: string | undefined;

  hear(line: string): void {
    if (line.trim() !== '' && !aside.test(line)) this.#text = line.trim().slice(0, longest);
  }

  get text(): string | undefined {
    return this.#text;
  }
}
