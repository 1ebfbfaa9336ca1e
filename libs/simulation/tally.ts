/** What became of the jobs of one run, and what the limit did; times in ms. */
export class Tally {
  late = 0;
  lost = 0;
  /** Past their deadline before they could start. */
  dropped = 0;
  /** How often memory ran out. */
  outOfMemory = 0;
  /** When each job ended that kept its deadline. */
  readonly onTimeAt: number[] = [];
  /** The gate's number from each time on. */
  readonly gates: { readonly t: number; readonly gate: number }[] = [];

  get onTime(): number {
    return this.onTimeAt.length;
  }

  ended(t: number, how: 'on-time' | 'late' | 'lost'): void {
    if (how === 'on-time') this.onTimeAt.push(t);
    else if (how === 'late') this.late += 1;
    else this.lost += 1;
  }

  gate(t: number, gate: number): void {
    if (gate !== this.gates.at(-1)?.gate) this.gates.push({ t, gate });
  }
}
