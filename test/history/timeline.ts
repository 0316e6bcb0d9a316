import type { ClusterFindings, Finding } from '../../shared/findings/index.ts';
import { diff } from '../../shared/history/index.ts';
import type { StatusChange } from '../../shared/history/changes.ts';
import type { Diff, DiffOptions } from '../../shared/history/diff.ts';
import type { TrackedState } from '../../shared/history/state.ts';
import { finding } from '../policy/builders.ts';
import { result } from './builders.ts';

export const hourMs = 3_600_000;

/** Runs of a fleet, one after another, six hours apart unless said. */
export function timeline() {
  let state: TrackedState | undefined;
  let at = Date.parse('2026-11-23T00:00:00Z');
  return {
    get state() {
      return state;
    },
    get now() {
      return new Date(at).toISOString();
    },
    run(
      results: readonly ClusterFindings[],
      {
        hours = 6,
        ...options
      }: Partial<DiffOptions<ClusterFindings>> & { readonly hours?: number } = {},
    ): Diff<ClusterFindings> {
      at += hours * hourMs;
      const now = new Date(at).toISOString();
      const step = diff(state, results, { runId: now, startedAt: now, now, ...options });
      ({ state } = step);
      return step;
    },
    forget() {
      state = undefined;
    },
  };
}

/** The article's finding on a Service, the same one in every run. */
export function starved(service = 'shop/web', changes: Partial<Finding> = {}): Finding {
  const [namespace = '', name = ''] = service.split('/');
  return finding({
    fingerprint: print(service),
    subject: { kind: 'Service', namespace, name },
    ...changes,
  });
}

export function print(text: string): string {
  return Buffer.from(text.padEnd(8, '.')).toString('hex').slice(0, 16);
}

/** Cluster `a` with Services `shop/web` and `shop/api`. */
export function cluster(
  findings: readonly Finding[],
  changes: Partial<ClusterFindings> = {},
): ClusterFindings {
  return result('a', {
    findings,
    services: [
      { namespace: 'shop', name: 'web' },
      { namespace: 'shop', name: 'api' },
    ],
    ...changes,
  });
}

/** What people hear: `new shop/web`. */
export function notified(changes: readonly StatusChange[]): readonly string[] {
  return changes.map(
    ({ kind, finding: { subject } }) => `${kind} ${subject.namespace ?? ''}/${subject.name}`,
  );
}

/** What the report shows of a cluster: `open shop/web`. */
export function shown({ clusters }: Diff<ClusterFindings>, name = 'a'): readonly string[] {
  return (clusters.find((each) => each.name === name)?.findings ?? []).map(
    ({ state, subject }) => `${state} ${subject.namespace ?? ''}/${subject.name}`,
  );
}
