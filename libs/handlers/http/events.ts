/** Cuts a stream of server-sent events into chunks. */
export interface EventReader {
  read(text: string): readonly unknown[];
  /** What is left when the stream ends without a blank line. */
  rest(): readonly unknown[];
}

/** Each event as the text it is, blank line included: joined, they are the upstream's answer. */
export function textReader(): EventReader {
  return new Events((event) => [event]);
}

/** Each event's data, as JSON where it is JSON; `[DONE]` is an end, no data. */
export function dataReader(): EventReader {
  return new Events((event) => {
    const fields = event.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'));
    const data = fields.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n');
    return fields.length === 0 || data === '[DONE]' ? [] : [jsonOrText(data)];
  });
}

/** What RunPod takes as a whole answer; one event of a stream is not longer. */
const longestEvent = 20 * 1024 * 1024;

const blankLine = /\r\n\r\n|\n\n|\r\r/;

class Events implements EventReader {
  readonly #chunksOf: (event: string) => readonly unknown[];
  #held = '';

  constructor(chunksOf: (event: string) => readonly unknown[]) {
    this.#chunksOf = chunksOf;
  }

  read(text: string): readonly unknown[] {
    // The end of an event may have been cut apart: look from just before the new text.
    let searched = Math.max(0, this.#held.length - 3);
    this.#held += text;
    if (this.#held.length > longestEvent) throw new Error(`an event is longer than ${longestEvent} characters`);
    const chunks: unknown[] = [];
    for (;;) {
      const found = blankLine.exec(this.#held.slice(searched));
      if (found === null) return chunks;
      const end = searched + found.index + found[0].length;
      chunks.push(...this.#chunksOf(this.#held.slice(0, end)));
      this.#held = this.#held.slice(end);
      searched = 0;
    }
  }

  rest(): readonly unknown[] {
    const held = this.#held;
    this.#held = '';
    return held.trim() === '' ? [] : this.#chunksOf(held);
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
