import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const chunkBytes = 64 * 1024;

/**
 * SHA-256 of a text repeated to so many KiB, fed in chunks at the speed of a device: the lane is busy for
 * `kib / kibPerSecond`, the processor only for the hashing.
 *
 * @param {{ text: string, kib: number, kibPerSecond: number, signal: AbortSignal }} request
 */
export async function digest({ text, kib, kibPerSecond, signal }) {
  const total = kib * 1024;
  const pattern = Buffer.from(text);
  const hash = createHash('sha256');
  const started = performance.now();
  for (let done = 0; done < total;) {
    const size = Math.min(chunkBytes, total - done);
    hash.update(cycle(pattern, done, size));
    done += size;
    await until(started + (done / 1024 / kibPerSecond) * 1000, signal);
  }
  return { sha256: hash.digest('hex'), bytes: total };
}

/**
 * The words of the answer, one a token time. It answers with what it was told: this is no model.
 *
 * @param {{ text: string, maxTokens: number, msPerToken: number, signal: AbortSignal }} request
 */
export async function* answer({ text, maxTokens, msPerToken, signal }) {
  const words = `You said: ${text}`.split(/\s+/).slice(0, maxTokens);
  const started = performance.now();
  for (const [index, word] of words.entries()) {
    await until(started + (index + 1) * msPerToken, signal);
    yield index === 0 ? word : ` ${word}`;
  }
}

/** `size` bytes of the endlessly repeated pattern, from `offset` on. */
function cycle(pattern, offset, size) {
  const start = offset % pattern.length;
  return Buffer.alloc(size, Buffer.concat([pattern.subarray(start), pattern.subarray(0, start)]));
}

/** Against the start, not the last step: late timers do not add up. */
function until(time, signal) {
  return sleep(Math.max(0, time - performance.now()), undefined, { signal });
}
