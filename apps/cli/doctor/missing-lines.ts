import { readingUnits, whyWords, type Sample, type SampledMissing, type WhyMissing } from '#libs/core';

/** What a source could tell and does not, by the reason. */
export function missingLines({ missing, devices = [] }: Sample): readonly string[] {
  const lost = new Set(devices.flatMap((device) => (device.lost ? [device.gpu] : [])));
  // Of lost devices and impossible numbers more is said elsewhere.
  const told = missing.filter(({ gpu, why }) => why !== 'rejected' && !(gpu !== undefined && lost.has(gpu)));
  const nameless = told.filter(({ name, gpu }) => name.startsWith('gpu.') && gpu === undefined && devices.length > 0);
  const ofWhole = new Set(told.flatMap(({ name, instance }) => (instance === undefined ? [name] : [])));
  const groups = Map.groupBy(
    told.filter((each) => !nameless.includes(each) && (each.instance === undefined || !ofWhole.has(each.name))),
    ({ why }) => why,
  );
  return [
    ...[...new Set(nameless.map(({ why }) => why))].map(namelessLine),
    ...[...groups].map(([why, which]) => `Missing, because ${because(why, which)}: ${namesOf(which).join(', ')}.`),
  ];
}

function namelessLine(why: WhyMissing): string {
  const next =
    why === 'lost' ? ' Look for lines with Xid in dmesg on the host, and reset the GPU or reboot the host.' : '';
  return `One more GPU is counted and does not even tell its name: ${whyWords[why]}.${next}`;
}

function because(why: WhyMissing, which: readonly SampledMissing[]): string {
  if (why === 'mig') return 'MIG is on';
  // The host is no device.
  return which.some(({ gpu }) => gpu !== undefined) || why !== 'not-supported' ? whyWords[why] : 'it is not known here';
}

/** A family of which nothing is there is named as one. */
function namesOf(which: readonly SampledMissing[]): readonly string[] {
  const names = [...new Set<string>(which.map(({ name }) => name))];
  const families = ['gpu.clock.limit.time.', 'gpu.engine.'].filter((family) =>
    Object.keys(readingUnits).every((name) => !name.startsWith(family) || names.includes(name)),
  );
  const short = names.map((name) => {
    const family = families.find((each) => name.startsWith(each));
    return family === undefined ? name : `${family}*`;
  });
  return [...new Set(short)];
}
