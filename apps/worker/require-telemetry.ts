import type { Settings } from '#libs/config';
import type { Handler } from '#libs/handlers';
import type { Emit } from '#libs/observability';
import type { Telemetry } from '#libs/telemetry';

/**
 * A source that was named must work, or another in the list; `auto` and `none` promise nothing. A model server beside an
 * HTTP handler may still be loading its model: then jobs wait for it, and so does its telemetry.
 * @throws {FlyballError} TELEMETRY_UNAVAILABLE with the reason of each source
 */
export async function requireTelemetry(parts: {
  readonly settings: Settings;
  readonly telemetry: Telemetry;
  readonly handler: Handler;
  readonly emit: Emit;
}): Promise<void> {
  const { settings, telemetry, handler, emit } = parts;
  const { gpu } = settings.telemetry;
  if (gpu.includes('auto') || gpu.includes('none')) return;
  try {
    await telemetry.found;
  } catch (error) {
    const waits = handler.kind === 'http' && gpu.some((member) => member.startsWith('model-server:'));
    if (!waits) throw error;
    const message = `${error instanceof Error ? error.message : String(error)} It is asked again, as the handler's own server may still be starting.`;
    emit({ type: 'notice', level: 'warn', event: 'telemetry-waits', fields: { message } });
  }
}
