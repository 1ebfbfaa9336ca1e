import { crc32 } from 'node:zlib';

/** What is kept beside a result's body; any JSON object. */
export type Meta = Readonly<Record<string, unknown>>;

/** A result as it is written. */
export interface Put {
  /** Unique in its folder, for ever growing. */
  readonly seq: number;
  readonly id: string;
  /** Wall clock, ms since 1970. */
  readonly at: number;
  readonly meta: Meta;
  readonly body: Buffer;
}

/** A result as it was found; its body is at `offset` of the file. */
export interface FoundPut extends Omit<Put, 'body'> {
  readonly offset: number;
  readonly bytes: number;
}

export interface Scan {
  readonly puts: readonly FoundPut[];
  /** Results that are over. */
  readonly ends: readonly number[];
  /** Bytes up to the end of the last whole record. What lies behind was never promised to anybody. */
  readonly good: number;
}

const newline = Buffer.from('\n');
const lineEnd = 10;

/**
 * One file of the outbox: records one after the other. A result is a line of JSON and its body, the end of one a line alone:
 *
 *     {"put":7,"id":"…","at":1700000000000,"meta":{…},"bytes":13,"crc":907060870}
 *     {"output":42}
 *     {"end":7}
 */
export function encodePut({ seq, id, at, meta, body }: Put): readonly Buffer[] {
  const head = { put: seq, id, at, meta, bytes: body.length, crc: crc32(body) };
  return [Buffer.from(`${JSON.stringify(head)}\n`), body, newline];
}

export function encodeEnd(seq: number): Buffer {
  return Buffer.from(`{"end":${seq}}\n`);
}

/** Reads what is whole; stops at the first record that is cut off or damaged, as a crash leaves the last one. */
export function scanSegment(data: Buffer): Scan {
  const puts: FoundPut[] = [];
  const ends: number[] = [];
  let good = 0;
  for (;;) {
    const end = data.indexOf(lineEnd, good);
    if (end < 0) break;
    const head = headOf(data.toString('utf8', good, end));
    if (typeof head === 'number') {
      ends.push(head);
      good = end + 1;
      continue;
    }
    if (head === undefined) break;
    const { crc, ...put } = head;
    const offset = end + 1;
    const next = offset + put.bytes;
    if (data[next] !== lineEnd || crc32(data.subarray(offset, next)) !== crc) break;
    puts.push({ ...put, offset });
    good = next + 1;
  }
  return { puts, ends, good };
}

/** A number: the end of that result. */
function headOf(line: string): (Omit<FoundPut, 'offset'> & { readonly crc: number }) | number | undefined {
  let head: unknown;
  try {
    head = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof head !== 'object' || head === null) return undefined;
  const { put, end, id, at, meta, bytes, crc } = head as Readonly<Record<string, unknown>>;
  if (typeof end === 'number') return end;
  if (typeof put !== 'number' || typeof id !== 'string' || typeof at !== 'number') return undefined;
  if (typeof bytes !== 'number' || typeof crc !== 'number' || typeof meta !== 'object' || meta === null)
    return undefined;
  return { seq: put, id, at, meta: meta as Meta, bytes, crc };
}
