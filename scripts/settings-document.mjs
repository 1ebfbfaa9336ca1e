// docs/settings.md from the schema: `npm run docs` writes it, a test compares it.
import { writeFileSync } from 'node:fs';
import { parametersTable, settingsTable } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { format } from 'prettier';

export async function settingsDocument() {
  const text = `# Settings

Made from the schema by \`npm run docs\`. Empty means unset. Durations carry a unit. An unknown variable that begins
\`CONCURRENCY_\`, \`QUEUE_\`, \`TELEMETRY_\`, \`LATENCY_\`, \`DECISION_\` or \`DRAIN_\` is refused, with the nearest known name.

${settingsTable()}

\`PYTHON\` names the interpreter for Python handlers; without it \`python3\`, else \`python\`.

Traces follow OpenTelemetry's own variables, \`OTEL_EXPORTER_OTLP_ENDPOINT\` before all: [observe.md](observe.md#traces).

## Parameters of the strategies

\`CONCURRENCY_<STRATEGY>_<PARAMETER>\`; those of a strategy that is not in force may be set and wait. What each does stands in
the law's own docstring in \`libs/strategies\` and in [control.md](control.md). A parameter without a
default takes it from another one, usually from the signal.

${parametersTable(builtInStrategies)}`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

if (import.meta.main) writeFileSync('docs/settings.md', await settingsDocument());
