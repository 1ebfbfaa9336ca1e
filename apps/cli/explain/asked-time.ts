import { durationMs } from '#libs/config';
import { BadArgument } from '../controller-client.ts';

/**
 * A moment as people write it, in ms since 1970: `2026-09-21T14:03:20Z` (without a zone: of this machine), `14:03` or
 * `14:03:20` (the last time it was so), or `5m` (so long ago).
 * @throws {BadArgument}
 */
export function askedTime(text: string, now: number): number {
  const moment = clockTime(text, now) ?? timeAgo(text, now) ?? dateAndTime(text);
  if (moment === undefined || Number.isNaN(moment)) {
    throw new BadArgument(
      `--at "${text}" is no moment. Write 14:03 (of this machine's clock, ${zoneOf(now)}), 2026-09-21T14:03:20Z, ` +
        'or 5m for five minutes ago.',
    );
  }
  if (moment > now) throw new BadArgument(`--at "${text}" is in the future. Leave --at out for now.`);
  return moment;
}

/** As its clock shows it at that moment: `UTC+02:00`. */
function zoneOf(now: number): string {
  const ahead = -new Date(now).getTimezoneOffset();
  const [hours, minutes] = [Math.trunc(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const two = (count: number): string => String(count).padStart(2, '0');
  return ahead === 0 ? 'UTC' : `UTC${ahead < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}

const dayMs = 86_400_000;

function clockTime(text: string, now: number): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (parts === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const today = new Date(now).setHours(hours, minutes, seconds, 0);
  return today <= now ? today : new Date(today - dayMs).setHours(hours, minutes, seconds, 0);
}

function timeAgo(text: string, now: number): number | undefined {
  const ms = /[a-z]$/.test(text) ? durationMs(text) : undefined;
  return ms === undefined ? undefined : now - ms;
}

function dateAndTime(text: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : undefined;
}
