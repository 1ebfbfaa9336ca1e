const thickness = 2; // font units
const degreesAStep = 6;

/**
 * Draws the strokes of one glyph with a round pen, black and smooth-edged.
 *
 * @param {{ width: number, height: number, data: Buffer }} picture one byte of grey a pixel; darkened in place
 * @param {string} path as the font writes it
 * @param {{ x: number, y: number, scale: number }} at the glyph's corner in font units, and pixels a unit
 */
export function paint(picture, path, { x, y, scale }) {
  for (const [from, to] of segmentsOf(path)) {
    const pixel = (point) => ({ x: (x + point.x) * scale, y: (y + point.y) * scale });
    paintLine(picture, pixel(from), pixel(to), (thickness * scale) / 2);
  }
}

/** Each pixel gets the share of it that the pen covers, told from its distance to the line. */
function paintLine({ width, height, data }, from, to, radius) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const lengthSquared = dx * dx + dy * dy;
  const [left, right] = reach(from.x, to.x, radius, width);
  const [top, bottom] = reach(from.y, to.y, radius, height);
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const along = lengthSquared === 0 ? 0 : ((column - from.x) * dx + (row - from.y) * dy) / lengthSquared;
      const nearest = Math.min(1, Math.max(0, along));
      const distance = Math.hypot(column - from.x - nearest * dx, row - from.y - nearest * dy);
      const covered = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const index = row * width + column;
      data[index] = Math.min(data[index], Math.round(255 * (1 - covered)));
    }
  }
}

function reach(a, b, radius, size) {
  const lowest = Math.floor(Math.min(a, b) - radius - 1);
  const highest = Math.ceil(Math.max(a, b) + radius + 1);
  return [Math.max(0, lowest), Math.min(size - 1, highest)];
}

/** The straight pieces of a path; font.mjs explains its three commands. */
function segmentsOf(path) {
  const words = path.split(' ');
  const segments = [];
  let pen;
  const lineTo = (point) => {
    segments.push([pen, point]);
    pen = point;
  };
  while (words.length > 1) {
    const command = words.shift();
    const numbers = words.splice(0, command === 'E' ? 6 : 2).map(Number);
    const [first, ...others] = command === 'E' ? arc(...numbers) : [{ x: numbers[0], y: numbers[1] }];
    if (command === 'L') lineTo(first);
    else pen = first;
    others.forEach(lineTo);
  }
  return segments;
}

function arc(centreX, centreY, radiusX, radiusY, from, to) {
  const steps = Math.ceil(Math.abs(to - from) / degreesAStep);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return { x: centreX + radiusX * Math.cos(angle), y: centreY + radiusY * Math.sin(angle) };
  });
}
