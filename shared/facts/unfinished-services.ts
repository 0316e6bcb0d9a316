import type { ClusterSnapshot } from '../model/index.ts';
import { subjectText } from '../model/index.ts';
import { noAddress } from '../rules/service/no-address.ts';
import { refusals } from './refusals.ts';

const known = new WeakMap<ClusterSnapshot, ReadonlySet<string>>();

/**
 * Services, as `namespace/name`, of which a `service/…` finding says that or why the cloud provider
 * has not finished them. What is missing in Azure is then no finding of its own.
 */
export function unfinishedServices(snapshot: ClusterSnapshot): ReadonlySet<string> {
  const found = known.get(snapshot);
  if (found !== undefined) return found;
  const waiting = noAddress.run(snapshot);
  const names = new Set([
    ...refusals(snapshot).ofService.keys(),
    ...(waiting.kind === 'checked'
      ? waiting.faults.map(({ subject }) => subjectText(subject))
      : []),
  ]);
  known.set(snapshot, names);
  return names;
}
