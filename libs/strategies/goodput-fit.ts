/**
 * The Universal Scalability Law as the time of one job: y(n) = a + b(n−1) + c·n(n−1), in whatever unit y was given in.
 * Throughput n/y peaks at √((a−b)/c). N. Gunther, "Guerrilla Capacity Planning", 2007.
 */
export interface Usl {
  /** Alone; above 0. */
  readonly a: number;
  /** What each other job adds, and what each pair does; 0 or more. */
  readonly b: number;
  readonly c: number;
}

/** One job: `n` the mean in flight over its life, `y` above 0, `weight` what it counts. */
export interface Point {
  readonly n: number;
  readonly y: number;
  readonly weight: number;
}

/** What is believed of the shape before there is any data: b/a and c/a, each with a standard deviation. */
export interface Shape {
  readonly b: number;
  readonly bDeviation: number;
  readonly c: number;
  readonly cDeviation: number;
}

export const weakShape: Shape = { b: 0.02, bDeviation: 0.3, c: 0, cDeviation: 0.03 };

export function timeAt({ a, b, c }: Usl, n: number): number {
  return a + b * (n - 1) + c * n * (n - 1);
}

/** Of a job: what a shape that is off by one deviation counts, as if that were a job off by 100 %. */
const shapeWeight = 0.1;
const passes = 3;
/** A job that took longer than this many times the expected counts as that: one that hung tells nothing about n. */
const longest = 3;
const longestAtFirst = 30;
const leastShare = 0.2;

/**
 * Least squares of the relative error, in three passes as the weights 1/ŷ² need a fit; the signs are kept by trying each
 * set of terms. Undefined without points.
 */
export function fitUsl(points: readonly Point[], shape: Shape): Usl | undefined {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) return undefined;
  // Of the logarithms: one job that hung must not be the scale of all others.
  const mean = Math.exp(points.reduce((sum, { y, weight }) => sum + weight * Math.log(y), 0) / total);
  let fit: Usl = { a: mean, b: 0, c: 0 };
  for (let pass = 0; pass < passes; pass += 1) {
    const sums = newSums();
    for (const { n, y, weight } of points) {
      const expected = Math.max(timeAt(fit, n), leastShare * mean);
      const told = Math.min(y, (pass === 0 ? longestAtFirst : longest) * expected);
      addJob(sums, n, told, weight / (expected * expected));
    }
    believe(sums, fit.a, shape);
    fit = solveSigned(sums) ?? fit;
  }
  return fit;
}

/** Normal equations of three unknowns, the upper triangle by rows. */
interface Sums {
  readonly m: [number, number, number, number, number, number];
  readonly v: [number, number, number];
}

type Row = readonly [number, number, number];

function newSums(): Sums {
  return { m: [0, 0, 0, 0, 0, 0], v: [0, 0, 0] };
}

/** One row of 1, n−1, n(n−1). By hand: this runs for each job in each pass. */
function addJob({ m, v }: Sums, n: number, target: number, weight: number): void {
  const y = n - 1;
  const [wy, wz] = [weight * y, weight * n * y];
  m[0] += weight;
  m[1] += wy;
  m[2] += wz;
  m[3] += wy * y;
  m[4] += wz * y;
  m[5] += wz * n * y;
  v[0] += weight * target;
  v[1] += wy * target;
  v[2] += wz * target;
}

function addRow({ m }: Sums, [x, y, z]: Row, weight: number): void {
  m[0] += weight * x * x;
  m[1] += weight * x * y;
  m[2] += weight * x * z;
  m[3] += weight * y * y;
  m[4] += weight * y * z;
  m[5] += weight * z * z;
}

/** The shape as two more rows: (b − b₀a)/(a·deviation) and the same for c, should be 0. */
function believe(sums: Sums, a: number, shape: Shape): void {
  addRow(sums, [-shape.b, 1, 0], shapeWeight / (a * shape.bDeviation) ** 2);
  addRow(sums, [-shape.c, 0, 1], shapeWeight / (a * shape.cDeviation) ** 2);
}

/** The best of the fits with a, b, c; a, b; a, c; a alone that have a > 0 and no negative term. */
function solveSigned({ m, v }: Sums): Usl | undefined {
  const [aa, ab, ac, bb, bc, cc] = m;
  const [va, vb, vc] = v;
  const tried: readonly (Usl | undefined)[] = [
    solveThree(m, v),
    termed(solveTwo([aa, ab, bb], [va, vb]), ([a, b]) => ({ a, b, c: 0 })),
    termed(solveTwo([aa, ac, cc], [va, vc]), ([a, c]) => ({ a, b: 0, c })),
    { a: va / aa, b: 0, c: 0 },
  ];
  const errorOf = ({ a, b, c }: Usl): number =>
    a * (aa * a + 2 * (ab * b + ac * c - va)) + b * (bb * b + 2 * (bc * c - vb)) + c * (cc * c - 2 * vc);
  let best: Usl | undefined;
  for (const fit of tried) {
    if (fit === undefined || !(fit.a > 0 && fit.b >= 0 && fit.c >= 0)) continue;
    if (best === undefined || errorOf(fit) < errorOf(best)) best = fit;
  }
  return best;
}

function termed(
  pair: readonly [number, number] | undefined,
  toUsl: (pair: readonly [number, number]) => Usl,
): Usl | undefined {
  return pair && toUsl(pair);
}

/** A determinant this small against its diagonal means that the points lie at one n. */
const singular = 1e-9;

function solveTwo([p, q, r]: Row, [u, w]: readonly [number, number]): readonly [number, number] | undefined {
  const determinant = p * r - q * q;
  if (!(determinant > singular * p * r)) return undefined;
  return [(u * r - w * q) / determinant, (p * w - q * u) / determinant];
}

/** By the adjugate of the symmetric matrix. */
function solveThree([aa, ab, ac, bb, bc, cc]: Sums['m'], [va, vb, vc]: Row): Usl | undefined {
  const [A, B, C] = [bb * cc - bc * bc, ac * bc - ab * cc, ab * bc - ac * bb];
  const determinant = aa * A + ab * B + ac * C;
  if (!(determinant > singular * aa * bb * cc)) return undefined;
  const [D, E, F] = [aa * cc - ac * ac, ab * ac - aa * bc, aa * bb - ab * ab];
  return {
    a: (A * va + B * vb + C * vc) / determinant,
    b: (B * va + D * vb + E * vc) / determinant,
    c: (C * va + E * vb + F * vc) / determinant,
  };
}
