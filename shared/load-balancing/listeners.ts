import {
  lacking,
  valueOr,
  type LoadBalancerService,
  type Node,
  type NodePortService,
  type Read,
  type Reason,
  type ServicePort,
  type Tristate,
} from '../model/index.ts';
import { canonicalAddress } from './ip-address.ts';

/** Who takes what comes to a port of a node (docs/share-model.md). */
export type Listener =
  /** kube-proxy's own health server. */
  | { readonly kind: 'kube-proxy' }
  /** The health check of a Service with Local. */
  | { readonly kind: 'health-check'; readonly service: LoadBalancerService }
  /** A node port: kube-proxy hands on to the endpoints of that Service port. */
  | {
      readonly kind: 'node-port';
      readonly service: LoadBalancerService | NodePortService;
      readonly port: ServicePort;
    }
  /** Something of the host, of which nobody says whether it answers. */
  | {
      readonly kind: 'host';
      readonly what: string;
      /** On which nodes it may listen; on the others nobody does. */
      readonly on: (node: Node) => boolean;
    }
  /** What could listen was not read. */
  | ({ readonly kind: 'unknown' } & Reason)
  | { readonly kind: 'nobody' };

/** A port that a pod may open on the nodes where it runs; absent ports = it declares none, and may open any. */
export interface HostPort {
  readonly port?: number;
  readonly protocol: string;
  readonly what: string;
  readonly on: (node: Node) => boolean;
}

export interface ListenerInputs {
  readonly services: readonly LoadBalancerService[];
  readonly nodePortServices: Read<readonly NodePortService[]>;
  /** Of the workloads that were read, and of pods on the host's network. */
  readonly hostPorts: readonly HostPort[];
  /** Why not all of those are known. */
  readonly unread: Reason | undefined;
}

/** The port of kube-proxy’s own health on every node. */
export const kubeProxyHealthPort = 10_256;

/** Ports of the host's own daemons, of the kubelet, Cilium and AKS: whether they answer a probe nobody says. */
const hostDaemons: readonly (readonly [from: number, to: number])[] = [
  [22, 22],
  [53, 53],
  [111, 111],
  [4240, 4245],
  [9100, 9100],
  [9878, 9891],
  [9962, 9965],
  [10_091, 10_092],
  [10_248, 10_259],
  [10_356, 10_356],
  [19_100, 19_103],
  [20_257, 20_257],
  [29_600, 29_799],
];

const nodePortRange = { first: 30_000, last: 32_767 };

export type WhoListens = (port: number, protocol: string) => Listener;

/** The one answer for probes and packets alike; asked again for the same port it looks nothing up twice. */
export function whoListens(inputs: ListenerInputs): WhoListens {
  const known = new Map<string, Listener>();
  return (port, protocol) => {
    const key = `${protocol.toUpperCase()} ${port}`;
    const listener = known.get(key) ?? listenerAt(inputs, port, protocol.toUpperCase());
    known.set(key, listener);
    return listener;
  };
}

function listenerAt(inputs: ListenerInputs, number: number, protocol: string): Listener {
  const { services, nodePortServices, hostPorts, unread } = inputs;
  const tcp = protocol === 'TCP';
  if (tcp && number === kubeProxyHealthPort) return { kind: 'kube-proxy' };
  const checked = services.find(
    (each) => each.healthCheckNodePort === number && each.externalTrafficPolicy === 'Local',
  );
  if (tcp && checked !== undefined) return { kind: 'health-check', service: checked };
  const others = valueOr(nodePortServices, []);
  for (const service of [...services, ...others]) {
    const port = service.ports.find(
      (each) => each.nodePort === number && each.protocol === protocol,
    );
    if (port !== undefined) return { kind: 'node-port', service, port };
  }
  const own = hostDaemons.some(([from, to]) => from <= number && number <= to);
  if (own) return { kind: 'host', what: 'a daemon of the node', on: () => true };
  const holders = hostPorts.filter(
    (each) => each.port === undefined || (each.port === number && each.protocol === protocol),
  );
  const [first] = holders;
  if (first !== undefined)
    return {
      kind: 'host',
      what: first.what,
      on: (node) => holders.some((each) => each.on(node)),
    };
  const inRange = number >= nodePortRange.first && number <= nodePortRange.last;
  if (inRange && nodePortServices.kind === 'unread')
    return { kind: 'unknown', ...lacking('nodePortServices', nodePortServices) };
  return unread === undefined ? { kind: 'nobody' } : { kind: 'unknown', ...unread };
}

/** Does anybody take a packet for a frontend that keeps its address on the way to the node (floating IP)? */
export function isTakenByAddress(
  service: Pick<LoadBalancerService, 'ingressIps' | 'externalIps'>,
  address: string | undefined,
): Tristate {
  if (address === undefined) return 'unknown';
  const own = [...service.ingressIps, ...(service.externalIps ?? [])].map(canonicalAddress);
  return own.includes(canonicalAddress(address)) ? 'yes' : 'no';
}
