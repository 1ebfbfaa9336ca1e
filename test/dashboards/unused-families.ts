import type { FamilyName } from '#libs/observability';

/** Reviewed: families on no panel, in no annotation and in no rule, and why they are there. One that is used fails. */
export const unusedFamilies: Partial<Record<FamilyName, string>> = {};
