import type { ClusterFindings } from '../../shared/findings/index.ts';
import { isClusterFindings } from '../../shared/findings/index.ts';
import type { RunPlan } from '../../shared/history/index.ts';
import type { Shapes } from '../../shared/history/storage/seal-run.ts';
import { clusterFindings } from '../policy/builders.ts';

export interface TestReport {
  readonly schemaVersion: string;
  readonly runId: string;
  readonly clusters: readonly ClusterFindings[];
}

export const shapes: Shapes<ClusterFindings, TestReport> = {
  isCluster: isClusterFindings,
  isReport: (value): value is TestReport =>
    typeof value === 'object' && value !== null && 'schemaVersion' in value && 'clusters' in value,
};

export const runId = '2026-11-23T06:00:00Z';

export function clusterId(name: string): string {
  return `/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/${name}`;
}

export function plan(names: readonly string[], changes: Partial<RunPlan> = {}): RunPlan {
  return {
    runId,
    trigger: 'timer',
    fleet: true,
    notify: true,
    startedAt: changes.runId ?? runId,
    deadline: '2026-11-23T07:00:00Z',
    engineVersion: '0.1.0',
    clusters: names.map((name) => ({ id: clusterId(name), name, subscriptionId: 's1' })),
    subscriptions: [{ id: 's1', listed: true }],
    excluded: [],
    notes: [],
    ...changes,
  };
}

export function result(name: string, changes: Partial<ClusterFindings> = {}): ClusterFindings {
  return clusterFindings({ id: clusterId(name), name, findings: [], ...changes });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
