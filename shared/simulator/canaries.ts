import { seededHex } from './seed.ts';

/** Starts every planted secret: a search for it in logs, reports, storage and messages must find nothing. */
export const canaryPrefix = 'canary-c0ffee';

/** A made-up secret for a place that the service reads past: pod environment, foreign annotations, tag values. */
export function canary(place: string): string {
  return `${canaryPrefix}-${place.replaceAll(' ', '-')}-${seededHex(`canary/${place}`, 12)}`;
}
