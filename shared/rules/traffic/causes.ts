import type {
  EndpointShare,
  LossCause,
  MissingCause,
  NoShareCode,
  PortTraffic,
} from '../../traffic/index.ts';
import {
  lookAtKubeProxy,
  lookAtNodes,
  lookAtProbe,
  resetAdminState,
} from '../../fixes/cluster-fixes.ts';
import type { Fix } from '../rule.ts';
import { reconcile } from '../../fixes/service-fixes.ts';
import {
  compacted,
  compareText,
  sameName,
  type Node,
  type ServiceName,
} from '../../model/index.ts';
import { distinct, named } from '../../fixes/text.ts';

/** Why a ready pod gets nothing: in order, the cause before what it explains. */
export type IdleCause = NoShareCode | MissingCause;

function causeOf({ cause, because }: EndpointShare): IdleCause {
  return cause ?? because ?? 'node-missing-from-pool';
}

/** The causes of endpoints that have no share, sorted and each once. */
export function idleCauses(endpoints: readonly EndpointShare[]): readonly IdleCause[] {
  return [...new Set(endpoints.map(causeOf))].toSorted();
}

/** Causes of which a finding of their own says that they close the port: it stands for its effect (docs/share-model.md). */
export const explainedElsewhere: ReadonlySet<IdleCause | LossCause> = new Set([
  'nsg-blocks-clients',
  'nsg-blocks-probe',
  'policy-blocks-clients',
  'closed-port',
  'no-listener',
] as const);

/** Whether a finding of its own says why the endpoint gets nothing. */
export function isExplainedElsewhere(endpoint: EndpointShare): boolean {
  return explainedElsewhere.has(causeOf(endpoint));
}

/** A pod without a share and the port of which that is said. */
export interface IdlePod {
  readonly port: PortTraffic;
  readonly endpoint: EndpointShare;
}

/** The endpoints that `idle` picks, with their ports. */
export function idlePods(
  ports: readonly PortTraffic[],
  idle: (port: PortTraffic) => readonly EndpointShare[],
): readonly IdlePod[] {
  return ports.flatMap((port) => idle(port).map((endpoint) => ({ port, endpoint })));
}

/** Causes that a sentence tells apart although findings count them as one. */
type TextKey =
  | IdleCause
  | 'empty-pool'
  | 'no-ipv6-address'
  | 'other-resource-group'
  | 'set-down'
  | 'unmanaged-node';

function textKeyOf({ port, endpoint }: IdlePod, nodes: readonly Node[]): TextKey {
  const cause = causeOf(endpoint);
  if (cause === 'no-backend-up' && port.backendTotals.members === 0) return 'empty-pool';
  if (cause === 'node-down-for-probe' && isSetDown(port, endpoint)) return 'set-down';
  const node = nodes.find(({ name }) => name === endpoint.node);
  if (cause !== 'node-missing-from-pool' || node === undefined) return cause;
  return whyMissing(node, port) ?? cause;
}

/** What of the node itself keeps it out of the pool (source: cloud-provider-azure). */
function whyMissing({ labels, internalIps }: Node, { family }: PortTraffic): TextKey | undefined {
  if (family === 'IPv6' && !internalIps.some((ip) => ip.includes(':'))) return 'no-ipv6-address';
  const group = labels.get('kubernetes.azure.com/resource-group');
  const own = labels.get('kubernetes.azure.com/cluster');
  if (group !== undefined && own !== undefined && !sameName(group, own))
    return 'other-resource-group';
  return sameName(labels.get('kubernetes.azure.com/managed') ?? '', 'false')
    ? 'unmanaged-node'
    : undefined;
}

/** By the pool entry of its node, or by what Azure says of it. */
function isSetDown({ backends }: PortTraffic, { node }: EndpointShare): boolean {
  const backend = backends.find((each) => each.node === node);
  return (
    backend?.reason === 'Down_Admin' ||
    (backend?.reason === undefined && ['down', 'drain'].includes(backend?.adminState ?? ''))
  );
}

interface CauseText {
  /** `nodes`: `node a`, `nodes a and b`; `verb` picks the word that goes with so many. */
  readonly sentence: (nodes: string, verb: (one: string, several: string) => string) => string;
  /** What to look at or try where the share model cannot say what a fix would do. */
  readonly look?: (service: ServiceName) => Fix;
}

const known: Readonly<Record<TextKey, CauseText>> = {
  'empty-pool': {
    sentence: () => 'The backend pool of the rule has no members.',
  },
  'other-resource-group': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('is', 'are')} in another resource group (label kubernetes.azure.com/resource-group), and the cloud provider leaves ${verb('it', 'them')} out.`,
  },
  'unmanaged-node': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('has', 'have')} the label kubernetes.azure.com/managed=false, and the cloud provider leaves ${verb('it', 'them')} out.`,
  },
  'set-down': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('is', 'are')} set to Down or Drain in the backend pool (admin state), whatever the health probe says.`,
  },
  'no-ipv6-address': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('has', 'have')} no internal IPv6 address and cannot be in the IPv6 backend pool.`,
  },
  'basic-single-vm-set': {
    sentence: (nodes, verb) =>
      `A Basic load balancer supports only one VM set (availability set or scale set) as backend; ${nodes} ${verb('is', 'are')} in another.`,
  },
  'node-excluded': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('has', 'have')} the label node.kubernetes.io/exclude-from-external-load-balancers.`,
  },
  'node-not-in-backend-pool': {
    sentence: (nodes, verb) => `${nodes} ${verb('is', 'are')} not in the backend pool.`,
  },
  'node-missing-from-pool': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('is', 'are')} not in the backend pool; the data that was read does not show why.`,
  },
  'held-by-other-load-balancer': {
    sentence: (nodes, verb) =>
      `The ${verb('NIC', 'NICs')} of ${nodes} ${verb('is', 'are')} in a backend pool of another load balancer and cannot be added to this one.`,
  },
  'local-pool-drift': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('is', 'are')} missing from the Service’s own backend pool, which should follow its pods.`,
  },
  'virtual-node': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('is a virtual node', 'are virtual nodes')} without kube-proxy: no connection from the load balancer reaches a pod through ${verb('it', 'them')}.`,
  },
  'no-kube-proxy': {
    sentence: (nodes) => `kube-proxy is not running on ${nodes}.`,
    look: lookAtKubeProxy,
  },
  'node-not-ready': {
    sentence: (nodes, verb) => `${nodes} ${verb('is', 'are')} not Ready.`,
    look: lookAtNodes,
  },
  'node-down-for-probe': {
    sentence: (nodes, verb) => `${nodes} ${verb('fails', 'fail')} the health probe.`,
    look: lookAtNodes,
  },
  'closed-port': {
    sentence: () => 'The health probe targets a port on which nothing on the nodes listens.',
  },
  'nsg-blocks-probe': {
    sentence: (nodes) => `An NSG blocks the health probe on ${nodes}.`,
  },
  'proxy-protocol': {
    sentence: () => 'The probe sends a PROXY protocol header that the health check cannot parse.',
  },
  'nsg-blocks-clients': {
    sentence: (nodes) => `An NSG blocks client traffic to ${nodes}.`,
  },
  'no-listener': {
    sentence: () => 'The rule sends packets to a node port or address on which nothing listens.',
    look: reconcile,
  },
  'policy-blocks-clients': {
    sentence: (nodes) => `NetworkPolicies block all traffic to the pods on ${nodes}.`,
  },
  'hinted-away': {
    sentence: (nodes) => `Topology hints route no traffic to the pods on ${nodes}.`,
  },
  'no-backend-up': {
    sentence: () => 'All backends of the load balancer are down.',
    look: lookAtNodes,
  },
  'no-rule': {
    sentence: () =>
      'The load-balancing rule does not exist in Azure: the cloud provider has not created it or failed to; the Service’s events say why.',
    look: reconcile,
  },
  'rule-disabled': {
    sentence: () => 'The annotation no_lb_rule asks for no load-balancing rule.',
  },
  'not-ready': {
    sentence: (nodes) => `Pods on ${nodes} are not ready.`,
    look: lookAtNodes,
  },
};

/** What the causes of pods without a share are, a sentence for each, with the nodes concerned. */
export function idleText(idle: readonly IdlePod[], nodes: readonly Node[]): string {
  return [...Map.groupBy(idle, (each) => textKeyOf(each, nodes))]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([said, pods]) => {
      const names = distinct(pods.map(({ endpoint }) => endpoint.node ?? 'with an unknown name'));
      const sentence = known[said].sentence(named('node', names), (one, several) =>
        names.length === 1 ? one : several,
      );
      return sentence.replace(/^node/u, 'Node');
    })
    .join(' ');
}

/** What could be tried about the causes beside the fixes that the share model judges. */
export function looksForIdle(idle: readonly IdlePod[], service: ServiceName): readonly Fix[] {
  const setDown = idle.find(({ port, endpoint }) => isSetDown(port, endpoint));
  const worth = idle.filter((each) => isWorthALook(each) && !isSetDown(each.port, each.endpoint));
  const probed = worth.find(isDownByAzure);
  const causes = worth
    .filter((each) => !isDownByAzure(each))
    .map(({ endpoint }) => causeOf(endpoint));
  return compacted([
    setDown !== undefined && resetAdminState(setDown.port),
    probed !== undefined && lookAtProbe(service, probed.port),
    ...[...new Set(causes)]
      .toSorted(compareText)
      .flatMap((cause) => known[cause].look?.(service) ?? []),
  ]);
}

/** Nodes that look well, of which Azure says that they fail the probe: not they are to be looked at. */
function isDownByAzure({ port, endpoint }: IdlePod): boolean {
  const isDown = ['no-backend-up', 'node-down-for-probe'].includes(causeOf(endpoint));
  return isDown && (port.observed?.differing ?? 0) > 0;
}

/**
 * A pool without members says nothing of nodes, nor does a probe that asks for something else than
 * the Service's pods, unless Azure itself says that the node does not answer.
 */
function isWorthALook({ port, endpoint }: IdlePod): boolean {
  const cause = causeOf(endpoint);
  if (cause === 'no-backend-up') return port.backendTotals.members > 0;
  return cause !== 'node-down-for-probe' || port.observed !== undefined;
}
