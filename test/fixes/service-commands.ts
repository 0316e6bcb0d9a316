import {
  compareText,
  read,
  valueOr,
  type Endpoint,
  type LoadBalancerService,
} from '../../shared/model/index.ts';
import type { Cluster } from './cluster-state.ts';

export function changeService(
  cluster: Cluster,
  namespace: string,
  name: string,
  change: (service: LoadBalancerService) => LoadBalancerService,
): boolean {
  const services = valueOr(cluster.snapshot.services, []);
  const before = services.find((each) => each.namespace === namespace && each.name === name);
  if (before === undefined) return changeInner(cluster, namespace, name);
  const after = change(before);
  cluster.snapshot = {
    ...cluster.snapshot,
    services: read(services.map((each) => (each === before ? after : each))),
  };
  if (seenPart(before) !== seenPart(after)) cluster.touched.add(`${namespace}/${name}`);
  const dropsHints = before.trafficDistribution !== after.trafficDistribution || hinted(before);
  if (dropsHints && after.trafficDistribution === undefined && !hinted(after))
    changeSlices(cluster, after, (each) => ({ ...each, hintZones: [], hintNodes: [] }));
  if (before.publishNotReadyAddresses && !after.publishNotReadyAddresses)
    changeSlices(cluster, after, (each) => ({
      ...each,
      ready: each.serving && !each.terminating,
    }));
  return true;
}

/** Of Services of other types the product knows no shares of Azure's: fixes of theirs only drop hints. */
function changeInner(cluster: Cluster, namespace: string, name: string): boolean {
  const inner = valueOr(cluster.snapshot.clusterIpServices, []);
  const found = inner.find((each) => each.namespace === namespace && each.name === name);
  if (found === undefined) return false;
  const { trafficDistribution: _dropped, ...rest } = found;
  const clusterIpServices = read(inner.map((each) => (each === found ? rest : each)));
  cluster.snapshot = { ...cluster.snapshot, clusterIpServices };
  changeSlices(cluster, found, (each) => ({ ...each, hintZones: [], hintNodes: [] }));
  return true;
}

const topologyMode = 'service.kubernetes.io/topology-mode';

function hinted({ annotations }: LoadBalancerService): boolean {
  return annotations.has(topologyMode);
}

function changeSlices(
  cluster: Cluster,
  { namespace, name }: Pick<LoadBalancerService, 'namespace' | 'name'>,
  change: (endpoint: Endpoint) => Endpoint,
): void {
  const slices = valueOr(cluster.snapshot.endpointSlices, []).map((slice) =>
    slice.namespace === namespace && slice.service === name
      ? { ...slice, endpoints: slice.endpoints.map(change) }
      : slice,
  );
  cluster.snapshot = { ...cluster.snapshot, endpointSlices: read(slices) };
}

/** What the service controller looks at. Source: kubernetes/cloud-provider `needsUpdate`. */
function seenPart(service: LoadBalancerService): string {
  return JSON.stringify([
    [...service.annotations.entries()].toSorted(([a], [b]) => compareText(a, b)),
    service.externalTrafficPolicy,
    service.healthCheckNodePort,
    service.sessionAffinity,
    service.ports,
    service.loadBalancerSourceRanges,
    service.loadBalancerIp,
    service.ipFamilies,
  ]);
}

export function annotated(
  service: LoadBalancerService,
  changes: readonly string[],
): LoadBalancerService {
  const annotations = new Map(service.annotations);
  for (const change of changes) {
    const at = change.indexOf('=');
    if (at === -1) annotations.delete(change.replace(/-$/u, ''));
    else annotations.set(change.slice(0, at), change.slice(at + 1));
  }
  return { ...service, annotations };
}

interface ServicePatch {
  readonly spec?: {
    readonly externalTrafficPolicy?: string;
    readonly sessionAffinity?: string;
    readonly trafficDistribution?: null;
    readonly publishNotReadyAddresses?: boolean;
  };
}

export function patched(service: LoadBalancerService, patch: unknown): LoadBalancerService {
  const { spec = {} } = patch as ServicePatch;
  const { trafficDistribution, healthCheckNodePort, ...rest } = service;
  const policy = spec.externalTrafficPolicy ?? service.externalTrafficPolicy;
  const keeps = trafficDistribution !== undefined && spec.trafficDistribution !== null;
  return {
    ...rest,
    ...(keeps && { trafficDistribution }),
    externalTrafficPolicy: policy,
    sessionAffinity: spec.sessionAffinity ?? service.sessionAffinity,
    publishNotReadyAddresses: spec.publishNotReadyAddresses ?? service.publishNotReadyAddresses,
    // The API server gives a Local Service a port for its health check, and takes it from another.
    ...(policy === 'Local' && { healthCheckNodePort: healthCheckNodePort ?? 32_000 }),
  };
}
