import {
  compareText,
  type Endpoint,
  type EndpointSlice,
  type IpFamily,
  type NodeName,
  type ServicePort,
} from '../model/index.ts';

/** An endpoint as kube-proxy has it for one Service port: an address and the port that it listens on. */
export interface PortEndpoint extends Endpoint {
  readonly targetPort: number;
}

/** The endpoints of one Service port in one family, each address and port once. */
export interface PortEndpoints {
  readonly all: readonly PortEndpoint[];
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
 * Endpoints that serve a Service port in a family, by pod name, as kube-proxy counts them: one for
 * each address and port. Where one stands in two slices (a pod moves between slices in two writes, an
 * address passes from one pod to the next), the entry that is not terminating wins, ready or not.
 */
export function endpointsOf(
  slices: readonly EndpointSlice[],
  port: ServicePort,
  family: IpFamily,
): PortEndpoints {
  const ofFamily = slices.filter((slice) => slice.addressType === family);
  const all = servingPort(ofFamily, port).toSorted(
    (a, b) =>
      compareText(a.pod ?? a.address, b.pod ?? b.address) ||
      compareText(a.address, b.address) ||
      a.targetPort - b.targetPort,
  );
  return { all, nodesWithReady: nodesWithReady(ofFamily) };
}

/** kube-proxy goes by the port's name; a slice port that is null or 0 serves nothing. */
function servingPort(
  slices: readonly EndpointSlice[],
  { name, protocol }: Pick<ServicePort, 'name' | 'protocol'>,
): readonly PortEndpoint[] {
  const byAddress = new Map<string, PortEndpoint>();
  for (const slice of slices)
    for (const { name: portName, protocol: portProtocol, port = 0 } of slice.ports) {
      if (port === 0 || portName !== name || portProtocol !== protocol) continue;
      for (const endpoint of slice.endpoints) {
        const key = `${endpoint.address} ${port}`;
        const known = byAddress.get(key);
        if (known === undefined || outranks(endpoint, known))
          byAddress.set(key, { ...endpoint, targetPort: port });
      }
    }
  return [...byAddress.values()];
}

/** Over all ports that the slices name, whether or not the Service has them. */
function nodesWithReady(slices: readonly EndpointSlice[]): ReadonlySet<NodeName> {
  const ports = new Map(
    slices.flatMap((slice) => slice.ports.map((each) => [`${each.protocol} ${each.name}`, each])),
  );
  const ready = [...ports.values()]
    .flatMap((port) => servingPort(slices, port))
    .filter((endpoint) => endpoint.ready);
  return new Set(ready.flatMap(({ node }) => node ?? []));
}

/** Order of preference that does not depend on the order of slices. */
function outranks(a: Endpoint, b: Endpoint): boolean {
  if (rank(a) !== rank(b)) return rank(a) > rank(b);
  if ((a.node ?? '') !== (b.node ?? '')) return (a.node ?? '') < (b.node ?? '');
  return (a.pod ?? '') < (b.pod ?? '');
}

function rank(endpoint: Endpoint): number {
  return (endpoint.terminating ? 0 : 4) + (endpoint.ready ? 2 : 0) + (endpoint.serving ? 1 : 0);
}
