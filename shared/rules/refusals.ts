import { subjectText, type Reason } from '../model/index.ts';
import { derived } from '../facts/index.ts';
import { distinct } from '../fixes/text.ts';
import { provenRefusals, type Refusals } from './proven-refusals.ts';
import { syncFailed } from './service/sync-failed.ts';

/** Failures with which the cloud provider finishes a Service all the same. */
const harmless = [
  'failed-to-find-load-balancer-for-node',
  'failed-to-start-service-healthcheck',
  'load-balancer-backend-pool-update-failed',
  'un-available-load-balancer',
  'update-load-balancer-failed',
];

/** Which Services the cloud provider does not finish, by the findings that say so, events among them. */
export const refusals = derived(
  'refusals',
  { needs: [provenRefusals], helps: [syncFailed.outcome] },
  ({ provenRefusals: proven, [syncFailed.meta.id]: failed }): Refusals => {
    const names =
      failed?.kind === 'read'
        ? failed.value.faults
            .filter(({ causes = [] }) => causes.some((cause) => !harmless.includes(cause)))
            .map(({ subject }) => subjectText(subject))
        : [];
    return {
      ofService: withFailures(proven.ofService, names),
      all: withFailures(proven.all, names),
      doubtOf: (service): Reason | undefined =>
        failed?.kind === 'unread' ? failed : proven.doubtOf(service),
      anyDoubtOf: (service): Reason | undefined =>
        failed?.kind === 'unread' ? failed : proven.anyDoubtOf(service),
    };
  },
);

function withFailures(
  rules: ReadonlyMap<string, readonly string[]>,
  names: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const added = names.map(
    (name) => [name, distinct([...(rules.get(name) ?? []), syncFailed.meta.id])] as const,
  );
  return new Map([...rules, ...added]);
}
