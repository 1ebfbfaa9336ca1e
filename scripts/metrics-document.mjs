// docs/metrics.md from the catalogue: `npm run docs` writes it, a test compares it.
import { writeFileSync } from 'node:fs';
import { bucketEdges, catalogue, families, labelsTable, metricsTable } from '#libs/observability';
import { format } from 'prettier';

const headings = {
  controller: 'Controller',
  guard: 'Memory guard',
  jobs: 'Gate and jobs',
  queues: 'Queue, handler, gateway',
  telemetry: 'Telemetry',
  gpus: 'GPU',
  surroundings: 'Model server and host',
  process: 'Process',
};

/** Families that the design does not have, and why; all that it has are built. */
const added = {
  telemetry_rejected_total: 'readings that cannot be true are counted, by source and field',
};

function departures() {
  const strangers = Object.keys(added).filter((name) => !(name in families));
  if (strangers.length > 0) throw new Error(`not in the catalogue: ${strangers.join(', ')}`);
  const rows = Object.entries(added).map(([name, why]) => `| \`flyball_${name}\` | ${why} |`);
  return ['| family beyond it | because |', '|---|---|', ...rows, ''].join('\n');
}

export async function metricsDocument() {
  const sections = Object.entries(catalogue).map(([group, own]) => `## ${headings[group]}\n\n${metricsTable(own)}`);
  const edges = Object.entries(bucketEdges).map(([name, upper]) => `| ${name} | ${upper.join(' ')} |`);
  const text = `# Metrics

Made from the catalogue by \`npm run docs\`. \`/metrics\` answers OpenMetrics without a key; [observe.md](observe.md) says how to scrape
and look at it. What is not known is absent: never 0, never the last value. Counters and state sets begin at 0, one series for each
combination of labels that can occur; readings, timestamps, infos and whatever has a device begin when they are known.

${sections.join('\n')}
## Labels

Identity of the process is the target's \`job\` and \`instance\`, and no family has them. A value outside its set becomes \`other\` and
counts in \`flyball_label_overflow_total\`; of a label without a listed set (\`gpu\`, \`term\`, …) the first 64 values are kept. Nothing
that a user writes becomes a label.

${labelsTable(families)}
## Buckets

Upper edges, in the unit of the family. SERVICE has \`LATENCY_TARGET\` too when it is not an edge already.

| buckets | upper edges |
|---|---|
${edges.join('\n')}

## Departures from the design

Every family of the design is built.

${departures()}
There is no \`renew\` among the operations on a queue: a queue renews its leases by itself and tells only of those it loses.

## Of the client library

\`process_cpu_{user,system,}_seconds_total\`, \`process_resident_memory_bytes\`, \`process_start_time_seconds\`,
\`process_{open,max}_fds\`, \`nodejs_heap_size_{total,used}_bytes\`, \`nodejs_gc_duration_seconds\`. Its others are left out:
\`nodejs_active_*_total\` are gauges with the name of a counter, \`nodejs_eventloop_lag_*\` is reset by each scrape.
`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

if (import.meta.main) writeFileSync('docs/metrics.md', await metricsDocument());
