/** Who has the say over the limit in a period. */
export const modes = ['auto', 'override', 'frozen', 'dry-run', 'draining'] as const;
export type Mode = (typeof modes)[number];
