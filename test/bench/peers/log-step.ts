/** ℓ = max(1, ⌊log10 L⌋): by how much laws of the Vegas family step, and in what they count their queues. */
export function logStep(limit: number): number {
  return Math.max(1, Math.floor(Math.log10(Math.floor(limit))));
}
