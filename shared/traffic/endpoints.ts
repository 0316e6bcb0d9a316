import {
  compareText,
  type Endpoint,
  type EndpointSlice,
  type IpFamily,
  type NodeName,
  type ServicePort,
} from '../model/index.ts';

/** The endpoints of one Service port in one family, each pod once. */
export interface PortEndpoints {
  readonly all: readonly Endpoint[];
  /** Nodes with at least one ready endpoint of the whole Service in this family: what the health check port counts. */
  readonly nodesWithReady: ReadonlySet<NodeName>;
}

type SlicesByService = ReadonlyMap<string, readonly EndpointSlice[]>;

/** Slices by `namespace/service`, so that each Service looks at its own only; grouped once. */
export function slicesByService(slices: readonly EndpointSlice[]): SlicesByService {
  const known = grouped.get(slices);
  if (known !== undefined) return known;
  const groups = Map.groupBy(slices, (slice) => `${slice.namespace}/${slice.service}`);
  grouped.set(slices, groups);
  return groups;
}

const grouped = new WeakMap<readonly EndpointSlice[], SlicesByService>();

/**
 * Endpoints that serve a Service port in a family, by pod name. A pod that stands in two slices
 * (a pod moves between slices in two writes) counts once; a ready entry wins over one that is not.
 */
export function endpointsOf(
  slices: readonly EndpointSlice[],
  port: ServicePort,
  family: IpFamily,
): PortEndpoints {
  const ofFamily = slices.filter((slice) => slice.addressType === family);
  const byIdentity = new Map<string, Endpoint>();
  for (const slice of ofFamily) {
    if (!servesPort(slice, port)) continue;
    for (const endpoint of slice.endpoints) {
      const identity = endpoint.pod ?? endpoint.address;
      const known = byIdentity.get(identity);
      if (known === undefined || outranks(endpoint, known)) byIdentity.set(identity, endpoint);
    }
  }
  const nodesWithReady = new Set<NodeName>();
  for (const slice of ofFamily.filter(({ ports }) => ports.length > 0))
    for (const endpoint of slice.endpoints)
      if (endpoint.ready && endpoint.node !== undefined) nodesWithReady.add(endpoint.node);
  const all = [...byIdentity.values()].toSorted(
    (a, b) =>
      compareText(a.pod ?? a.address, b.pod ?? b.address) || compareText(a.address, b.address),
  );
  return { all, nodesWithReady };
}

/** kube-proxy goes by the port's name: a slice without ports (no pod has a targetPort of that name) serves none. */
function servesPort(slice: EndpointSlice, port: ServicePort): boolean {
  return slice.ports.some(
    (candidate) => candidate.name === port.name && candidate.protocol === port.protocol,
  );
}

/** Order of preference that does not depend on the order of slices. */
function outranks(a: Endpoint, b: Endpoint): boolean {
  if (rank(a) !== rank(b)) return rank(a) > rank(b);
  if ((a.node ?? '') !== (b.node ?? '')) return (a.node ?? '') < (b.node ?? '');
  return a.address < b.address;
}

function rank(endpoint: Endpoint): number {
  return (endpoint.ready ? 4 : 0) + (endpoint.serving ? 2 : 0) + (endpoint.terminating ? 0 : 1);
}
