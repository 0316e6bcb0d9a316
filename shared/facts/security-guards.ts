import {
  admission,
  wantedClients,
  type Clients,
  type Flow,
  type FoundRule,
} from '../load-balancing/index.ts';
import type { IpFamily, LoadBalancerService, NodeName, ServicePort } from '../model/index.ts';
import { frontendOf, type Addresses } from './frontend.ts';
import type { NodeClass, NodesByClass } from './node-classes.ts';

/** Packets that have to get through to a backend, and who sends them. */
export interface WantedFlow {
  readonly flow: Flow;
  readonly clients: readonly Clients[];
}

/** A Service port on its way from the frontend to the nodes. */
export interface GuardedPath {
  readonly service: LoadBalancerService;
  readonly port: ServicePort;
  readonly family: IpFamily;
  readonly found: FoundRule;
}

/**
 * Clients and packets of a port at a backend; `undefined` where nobody is to get in. With a floating
 * IP packets arrive for the frontend's address, else for the node's and its node port.
 */
export function wantedOfClients(
  addresses: Addresses,
  { service, port, family, found }: GuardedPath,
  receivers: NodesByClass,
): (backend: NodeClass) => WantedFlow | undefined {
  const frontend = frontendOf(addresses, service, found, family);
  // Clients that are sure to be in the network: some of the nodes.
  const machines = [...receivers.keys()]
    .slice(0, 8)
    .flatMap((each) => each.place(family).address ?? []);
  const clients = wantedClients(service, family, frontend.isPublic, machines);
  const protocol = port.protocol.toLowerCase();
  const { rule } = found;
  const nodePort = rule.backendPort ?? port.nodePort ?? port.port;
  return (backend) => {
    if (clients.length === 0) return undefined;
    const flow = rule.floatingIp
      ? { protocol, port: port.port, destination: frontend.place }
      : { protocol, port: nodePort, destination: backend.place(family) };
    return { clients, flow };
  };
}

/** A probe goes to the node itself, whatever the rule does with the address of other packets. */
export function wantedOfProbe(
  port: number,
  family: IpFamily,
): (backend: NodeClass) => WantedFlow | undefined {
  return (backend) => ({
    flow: { protocol: 'tcp', port, destination: backend.place(family) },
    clients: [{ kind: 'probe' }],
  });
}

/** Nodes whose network security groups let none of the wanted packets in; only groups that are known to apply count. */
export function closedNodes(
  receivers: NodesByClass,
  wantedAt: (backend: NodeClass) => WantedFlow | undefined,
): ReadonlySet<NodeName> {
  const closed = new Set<NodeName>();
  for (const [backend, nodes] of receivers) {
    if (backend.groups.length === 0) continue;
    const wanted = wantedAt(backend);
    if (wanted === undefined) continue;
    if (admission(backend.groups, wanted.flow, wanted.clients).answer === 'no')
      for (const { name } of nodes) closed.add(name);
  }
  return closed;
}
