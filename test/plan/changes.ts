import type { PlanRequest } from '../../shared/plan/run.ts';
import { deletionOf, nodePoolChange, type Plan } from '../../shared/plan/index.ts';
import type { KubernetesTransport } from '../../shared/collect/index.ts';
import { node } from '../builders/index.ts';

export const key = (name: string): string => `service.beta.kubernetes.io/${name}`;

/** Service `shop/web` as a manifest, with a spec beside its own. */
export function manifest(spec: object, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }], ...spec },
  });
}

/** Deployment `shop/web` as a manifest. */
export function deployment(spec: object, podSpec: object = {}): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
      ...spec,
    },
  });
}

/** A server with last applied configurations of `shop/web`. */
export function applied(configuration: object): KubernetesTransport {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(configuration),
  };
  return {
    get: (path) =>
      Promise.resolve({
        status: 200,
        source: path,
        body: JSON.stringify({
          kind: path.endsWith('services') ? 'ServiceList' : 'DeploymentList',
          items: path.endsWith('services')
            ? [{ metadata: { namespace: 'shop', name: 'web', annotations } }]
            : [],
        }),
      }),
  };
}

export function webOf(plan: Plan) {
  const web = plan.services.find(({ name }) => name === 'web');
  const [port] = web?.ports ?? [];
  if (web === undefined || port === undefined) throw new Error('shop/web does not change');
  return { ...web, port };
}

export function inZone(name: string, zone: string) {
  return node(name, { labels: new Map([['topology.kubernetes.io/zone', `eu-${zone}`]]) });
}

export function pool(name: string, changes: Partial<Parameters<typeof nodePoolChange>[0]>) {
  const change = nodePoolChange({ name, taints: [], labels: [], ...changes });
  if (typeof change === 'string') throw new Error(change);
  return [change];
}

export function deletions(...texts: readonly string[]): PlanRequest['deletions'] {
  return texts.map((text) => {
    const deletion = deletionOf(text);
    if (typeof deletion === 'string') throw new Error(deletion);
    return deletion;
  });
}
