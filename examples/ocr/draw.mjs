// Draws text as a PNG picture: `node examples/ocr/draw.mjs "Flyball reads this" > picture.png`
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { glyphs } from './font.mjs';
import { paint } from './pen.mjs';

// All but `scale` in the font's units, of which 14 are the height of a capital.
const scale = 2.2; // pixels a unit: capitals of 31 pixels are what Tesseract reads best
const letterGap = 4;
const wordGap = 14;
const lineHeight = 26;
const descent = 18;
const margin = 12;

/**
 * A grey PNG picture of the text, the same bytes each time.
 *
 * @param {string} text lines parted by `\n`, in the letters of the font
 * @returns {Buffer}
 * @throws {Error} what of the text cannot be drawn
 */
export function draw(text) {
  const lines = text.split('\n');
  // What could not be read back as it is.
  if (lines.some((line) => /^$|^ | $| {2}/.test(line))) throw new Error('Lines must be words parted by single spaces.');
  const width = Math.max(...lines.map((line) => widthOf(line)));
  const height = (lines.length - 1) * lineHeight + descent;
  const png = new PNG({
    width: Math.ceil((width + 2 * margin) * scale),
    height: Math.ceil((height + 2 * margin) * scale),
    colorType: 0,
    inputColorType: 0,
    inputHasAlpha: false,
  });
  png.data = Buffer.alloc(png.width * png.height, 255);
  for (const [row, line] of lines.entries()) {
    let x = margin;
    for (const letter of line) {
      if (letter !== ' ') paint(png, glyphs[letter][1], { x, y: margin + row * lineHeight, scale });
      x += advance(letter);
    }
  }
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0, inputHasAlpha: false });
}

function widthOf(line) {
  let width = 0;
  for (const letter of line) width += advance(letter);
  return width;
}

function advance(letter) {
  if (letter === ' ') return wordGap - letterGap;
  const glyph = Object.hasOwn(glyphs, letter) ? glyphs[letter] : undefined;
  if (glyph === undefined) {
    throw new Error(`The font has no ${JSON.stringify(letter)}. It has: space ${Object.keys(glyphs).join('').trim()}`);
  }
  return glyph[0] + letterGap;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const text = process.argv.slice(2).join(' ').replaceAll('\\n', '\n');
  if (text === '' || process.stdout.isTTY) {
    console.error('usage: node examples/ocr/draw.mjs "First line\\nsecond line" > picture.png');
    process.exitCode = 2;
  } else {
    try {
      process.stdout.write(draw(text));
    } catch (error) {
      console.error(error.message);
      process.exitCode = 1;
    }
  }
}
