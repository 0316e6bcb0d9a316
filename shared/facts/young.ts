import type { Cluster } from './derived.ts';

/** What is younger than this is still being set up by controllers (share-model.md 18). */
const youngMs = 5 * 60_000;

/** Did something happen within the last five minutes of the snapshot's clock? What has no time did not. */
export function isYoung({ takenAt }: Pick<Cluster, 'takenAt'>, since: string | undefined): boolean {
  const age = Date.parse(takenAt) - Date.parse(since ?? '');
  return age >= 0 && age < youngMs;
}
