import { availableParallelism } from 'node:os';
import { pictures } from './pictures.mjs';
import { Pool } from './pool.mjs';
import { Reader } from './reader.mjs';

// Reading is pure computing: threads beyond the cores read nothing faster, they only take memory (50 MB each).
const cores = availableParallelism();
const readers = new Pool({ open: () => Reader.open(), least: cores, most: 2 * cores });
await readers.start();

/**
 * Reads the text in a picture.
 *
 * Input: `{ "image": "<a PNG in base64, or a data URL of it>" }`, or the name of a picture that comes with the example:
 * `{ "image": "invoice" }` (also label, notice, recipe, ticket). Output: `{ "text": "...", "confidence": 96 }`.
 *
 * @type {import('flyball').Handler}
 */
export default async function handler(job, context) {
  const { picture, error } = pictureOf(job.input?.image);
  if (error !== undefined) return { error }; // the job fails, with this text
  try {
    return await readers.use((reader) => reader.read(picture, context.signal), context.signal);
  } catch (cause) {
    if (String(cause).includes('attempting to read image')) return { error: 'The image is a damaged PNG.' };
    throw cause;
  }
}

function pictureOf(image) {
  if (typeof image !== 'string') {
    return {
      error: 'The input must be { "image": "<PNG in base64>" } or the name of a picture, { "image": "invoice" }.',
    };
  }
  const drawn = pictures.get(image);
  if (drawn !== undefined) return { picture: drawn };

  const picture = Buffer.from(image.replace(/^data:image\/png;base64,/, ''), 'base64');
  if (picture.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n' || picture.length < 24) {
    return { error: `The image is neither a PNG in base64 nor one of ${[...pictures.keys()].join(', ')}.` };
  }
  // A PNG tells its size first. A small file can unpack into a huge picture.
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  if (width * height > 25e6)
    return { error: `The image has ${width} x ${height} pixels; 25 million are read at most.` };
  return { picture };
}
