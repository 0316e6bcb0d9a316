import type { Taint } from './scheduling.ts';

/**
 * A taint as ARM writes it, `key=value:Effect` or `key:Effect`: split at the last colon, then at the
 * first equals sign. `undefined` for an effect that is none: report it, do not guess.
 */
export function parseTaint(text: string): Taint | undefined {
  const colon = text.lastIndexOf(':');
  if (colon <= 0) return undefined;
  const effect = text.slice(colon + 1);
  if (!['NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect)) return undefined;
  const pair = text.slice(0, colon);
  const equals = pair.indexOf('=');
  const key = equals === -1 ? pair : pair.slice(0, equals);
  if (key === '') return undefined;
  return { key, value: equals === -1 ? '' : pair.slice(equals + 1), effect };
}
