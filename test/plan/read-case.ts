import { readFileSync } from 'node:fs';
import path from 'node:path';
import { auditFolder } from '../support/audit-folder.ts';
import type { ReadCluster } from '../../shared/audit/on-snapshot.ts';
import { planManifests, type Plan } from '../../shared/plan/index.ts';
import type { PlanRequest } from '../../shared/plan/run.ts';

/** The one cluster of a case folder, as a plan gets it. */
export async function readCase(directory: string): Promise<ReadCluster> {
  const clusters: ReadCluster[] = [];
  await auditFolder({
    directory,
    clusters: [],
    takenAt: '2026-11-23T06:00:00Z',
    onSnapshot: (cluster) => {
      clusters.push(cluster);
      return Promise.resolve();
    },
  });
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error(`${directory}: no cluster was read`);
  return cluster;
}

interface RawList {
  readonly kind?: string;
  readonly items: readonly Record<string, unknown>[];
}

/** The objects of a saved list as manifests; items of a typed list name no kind of their own. */
export function savedObjects(directory: string, list: string): readonly Record<string, unknown>[] {
  const text = readFileSync(path.join(directory, 'kubernetes', `${list}.json`), 'utf8');
  const [apiVersion, kind] = kinds[list] ?? ['v1', ''];
  return (JSON.parse(text) as RawList).items.map((item) => ({ apiVersion, kind, ...item }));
}

/** Saved lists whose objects can be manifests: version and kind of their items. */
export const kinds: Readonly<Record<string, readonly [string, string]>> = {
  services: ['v1', 'Service'],
  deployments: ['apps/v1', 'Deployment'],
  statefulsets: ['apps/v1', 'StatefulSet'],
  daemonsets: ['apps/v1', 'DaemonSet'],
  ingresses: ['networking.k8s.io/v1', 'Ingress'],
  ingressclasses: ['networking.k8s.io/v1', 'IngressClass'],
  networkpolicies: ['networking.k8s.io/v1', 'NetworkPolicy'],
  gatewayclasses: ['gateway.networking.k8s.io/v1', 'GatewayClass'],
  gateways: ['gateway.networking.k8s.io/v1', 'Gateway'],
  httproutes: ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
  grpcroutes: ['gateway.networking.k8s.io/v1', 'GRPCRoute'],
  referencegrants: ['gateway.networking.k8s.io/v1beta1', 'ReferenceGrant'],
};

/** A plan with what a test is about, and nothing else. */
export async function planOf(
  cluster: PlanRequest['cluster'],
  changes: Partial<Omit<PlanRequest, 'cluster' | 'manifests'>> & { readonly manifests?: string },
): Promise<Plan> {
  const { manifests, ...rest } = changes;
  return await planManifests({
    cluster,
    namespace: 'default',
    nodePools: [],
    deletions: [],
    ...rest,
    manifests: manifests === undefined ? [] : [{ file: 'app.yaml', text: manifests }],
  });
}
