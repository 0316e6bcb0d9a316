import { annotationPrefix } from '../load-balancing/index.ts';
import { compareText, type Endpoint, type LoadBalancerService, type Node } from '../model/index.ts';
import { withFollowingPool, withReconcile, type ReconcileOptions } from './reconcile.ts';
import type { Situation } from './situation.ts';
import { serviceTraffic } from './traffic.ts';
import type { ServiceTraffic } from './types.ts';

/**
 * What a proposed change would do to one Service: the same model on a changed situation. Changes
 * compose; each gives a new situation and leaves the old one as it is. What the service controller
 * acts on ends with a reconcile, which puts right whatever else has drifted.
 */
export type SituationChange = (situation: Situation) => Situation;

/** By the model's own `up`, with no change too: what Azure saw, it saw of the state that is to change. */
export function predict(
  situation: Situation,
  ...changes: readonly SituationChange[]
): ServiceTraffic {
  return serviceTraffic(changed(situation, changes));
}

/** The situation after the changes, of which nobody has seen the health. */
export function changed(
  { health: _health, ...own }: Situation,
  changes: readonly SituationChange[],
): Situation {
  return changes.reduce((current, change) => change(current), own as Situation);
}

/** The Service as it is, reconciled once more. */
export function reconciledWith(options: ReconcileOptions): SituationChange {
  return (situation) => withReconcile(situation, options);
}

/** `externalTrafficPolicy: Cluster`, with the probes and the pool that the cloud provider then sets. */
export function withClusterPolicy(situation: Situation): Situation {
  const { healthCheckNodePort: _port, ...service } = situation.service;
  return withService(situation, { ...service, externalTrafficPolicy: 'Cluster' });
}

/** Local with its health check on a port as the API server would allocate it. */
export function withLocalPolicy(situation: Situation): Situation {
  return withService(situation, {
    ...situation.service,
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: freeNodePort(situation),
  });
}

/** One that no Service has: which of them it will be nobody knows, but security groups see a node port. */
function freeNodePort({ lastHop: { whoListens } }: Situation): number {
  for (let port = 32_767; port >= 30_000; port--)
    if (['nobody', 'unknown'].includes(whoListens(port, 'TCP').kind)) return port;
  return 0;
}

/** Annotations by their full keys taken off the Service. */
export function withoutAnnotations(...keys: readonly string[]): SituationChange {
  return (situation) => {
    const annotations = new Map(situation.service.annotations);
    for (const key of keys) annotations.delete(key);
    return withService(situation, { ...situation.service, annotations });
  };
}

/** An annotation by its name behind the prefix, and what the provider then does. */
export function withAnnotation(
  name: string,
  value: string,
  options?: ReconcileOptions,
): SituationChange {
  return (situation) => {
    const annotations = new Map(situation.service.annotations);
    annotations.set(`${annotationPrefix}${name}`, value);
    return withReconcile({ ...situation, service: { ...situation.service, annotations } }, options);
  };
}

function withService(situation: Situation, service: LoadBalancerService): Situation {
  return withReconcile({ ...situation, service });
}

/** No NetworkPolicy is before the pods. */
export function withoutPolicies(situation: Situation): Situation {
  const { lastHop } = situation;
  const policies = { ...lastHop.policies, gate: () => ({ kind: 'open' }) as const };
  return { ...situation, lastHop: { ...lastHop, policies } };
}

const topologyMode = 'service.kubernetes.io/topology-mode';

/** Every node uses every endpoint. Of the two settings only the annotation makes the service controller look. */
export function withoutHints(situation: Situation): Situation {
  const slices = situation.slices.map((slice) => ({
    ...slice,
    endpoints: slice.endpoints.map((each) => ({ ...each, hintZones: [], hintNodes: [] })),
  }));
  const without = withFollowingPool({ ...situation, slices });
  return situation.service.annotations.has(topologyMode)
    ? withoutAnnotations(topologyMode)(without)
    : without;
}

/** Without `publishNotReadyAddresses`: endpoints are ready when they serve and do not terminate. */
export function withoutUnreadyPublished(situation: Situation): Situation {
  const service = { ...situation.service, publishNotReadyAddresses: false };
  const slices = situation.slices.map((slice) => ({
    ...slice,
    endpoints: slice.endpoints.map((each) => ({
      ...each,
      ready: each.serving && !each.terminating,
    })),
  }));
  return withFollowingPool({ ...situation, service, slices });
}

/** The Service's endpoints on other nodes: `nodes[i]` takes the i-th ready endpoint by name, round and round. */
export function withEndpointsOn(nodes: readonly Node[]): SituationChange {
  return (situation) => {
    const ready = situation.slices.flatMap((slice) => slice.endpoints.filter((each) => each.ready));
    const names = [...new Set(ready.map(identityOf))].toSorted(compareText);
    const targets = new Map(names.map((name, index) => [name, nodes[index % nodes.length]]));
    const moved = situation.slices.map((slice) => ({
      ...slice,
      endpoints: slice.endpoints.map((endpoint) => {
        const node = endpoint.ready ? targets.get(identityOf(endpoint)) : undefined;
        return node === undefined ? endpoint : { ...endpoint, node: node.name };
      }),
    }));
    return withFollowingPool({ ...situation, slices: moved });
  };
}

function identityOf(endpoint: Endpoint): string {
  return endpoint.pod ?? endpoint.address;
}
