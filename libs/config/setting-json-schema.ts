import { schema, type SettingName } from './schema.ts';
import type { Setting } from './setting.ts';

/** Durations as they are written; their bounds are for the parser. */
const durationPattern = '^(0|[0-9]+(\\.[0-9]+)?(ms|s|m|h))?$';

/**
 * What a value may be that becomes a variable, as JSON Schema (draft-07); `''` is unset. For others' forms, such as the chart's
 * values: the parser of the setting knows more.
 */
export function settingJsonSchema(variable: SettingName): Readonly<Record<string, unknown>> {
  const { kind, range, choices, pattern }: Setting<unknown> = schema[variable];
  switch (kind) {
    case 'integer':
    case 'number':
      // A number within the range, or an empty string.
      return { type: [kind, 'string'], minimum: range?.min, maximum: range?.max, pattern: '^$' };
    case 'boolean':
      return { enum: ['', 'true', 'false'] };
    case 'choice':
      return { enum: ['', ...(choices ?? [])] };
    case 'duration':
      return { type: 'string', pattern: durationPattern };
    case 'text':
    case 'list':
    case 'keys':
      return { type: 'string', ...(pattern !== undefined && { pattern: `^$|${pattern}` }) };
  }
}
