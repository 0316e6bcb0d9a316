import type { Finding } from '../../shared/findings/finding.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { cluster, finding, service } from '../report/builders.ts';

/** A critical that is open, by the name that stands in its title. */
export function fault(name: string, changes: Partial<Finding> = {}): Finding {
  return finding({
    fingerprint: Buffer.from(name).toString('hex').padStart(16, '0').slice(-16),
    state: 'open',
    title: `fault ${name}`,
    ...changes,
  });
}

/** One cluster with a Service and these findings. */
export function fleet(...findings: readonly Finding[]): readonly ClusterReport[] {
  return [cluster({ services: [service()], findings })];
}

export function faults(
  count: number,
  prefix = 'f',
  changes: Partial<Finding> = {},
): readonly Finding[] {
  return Array.from({ length: count }, (_, at) =>
    fault(`${prefix}${String(at).padStart(3, '0')}`, changes),
  );
}
