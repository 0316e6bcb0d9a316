import type { EndpointShare, LossCause, MissingCause, NoShareCode } from '../../traffic/index.ts';
import { lookAtKubeProxy, lookAtNodes } from '../../fixes/cluster-fixes.ts';
import type { Fix } from '../rule.ts';
import { reconcile } from '../../fixes/service-fixes.ts';
import type { ServiceName } from '../../model/index.ts';
import { distinct, named } from '../../fixes/text.ts';

/** Why a ready pod gets nothing: in order, the cause before what it explains. */
export type Cause = NoShareCode | MissingCause;

function causeOf({ cause, because }: EndpointShare): Cause {
  return cause ?? because ?? 'node-missing-from-pool';
}

/** The causes of endpoints that have no share, sorted and each once. */
export function causesOf(endpoints: readonly EndpointShare[]): readonly Cause[] {
  return [...new Set(endpoints.map(causeOf))].toSorted();
}

/** Causes of which a finding of their own says that they close the port: it stands for its effect (docs/share-model.md). */
export const toldElsewhere: ReadonlySet<Cause | LossCause> = new Set([
  'nsg-blocks-clients',
  'nsg-blocks-probe',
  'policy-blocks-clients',
  'closed-port',
  'no-listener',
] as const);

export function isToldElsewhere(endpoint: EndpointShare): boolean {
  return toldElsewhere.has(causeOf(endpoint));
}

interface Known {
  /** `nodes`: `node a`, `nodes a and b`; `verb` picks the word that goes with so many. */
  readonly sentence: (nodes: string, verb: (one: string, several: string) => string) => string;
  /** What to look at or try where the share model cannot say what a fix would do. */
  readonly look?: (service: ServiceName) => Fix;
}

const known: Readonly<Record<Cause, Known>> = {
  'basic-single-vm-set': {
    sentence: (nodes, verb) =>
      `A Basic load balancer takes one VM set as its backend; ${nodes} ${verb('is', 'are')} in another.`,
  },
  'node-excluded': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('carries', 'carry')} the label node.kubernetes.io/exclude-from-external-load-balancers.`,
  },
  'node-not-in-backend-pool': {
    sentence: (nodes, verb) => `${nodes} ${verb('is', 'are')} not in the backend pool.`,
  },
  'node-missing-from-pool': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('is', 'are')} not in the backend pool, and nothing that was read says why.`,
  },
  'held-by-other-load-balancer': {
    sentence: (nodes, verb) =>
      `Another load balancer holds the ${verb('NIC', 'NICs')} of ${nodes}, so Azure leaves ${verb('it', 'them')} out here.`,
  },
  'local-pool-drift': {
    sentence: (nodes) =>
      `The Service has a backend pool of its own, which has not followed the pods to ${nodes}.`,
  },
  'virtual-node': {
    sentence: (nodes, verb) =>
      `${nodes} ${verb('is a virtual node', 'are virtual nodes')}, which can never be a backend.`,
  },
  'no-kube-proxy': {
    sentence: (nodes) => `kube-proxy does not run on ${nodes}.`,
    look: lookAtKubeProxy,
  },
  'node-not-ready': {
    sentence: (nodes, verb) => `${nodes} ${verb('is', 'are')} not Ready.`,
    look: lookAtNodes,
  },
  'node-down-for-probe': {
    sentence: (nodes, verb) => `${nodes} ${verb('does', 'do')} not answer the probe of the rule.`,
    look: lookAtNodes,
  },
  'closed-port': {
    sentence: () => 'The probe of the rule goes to a port on which nothing of the nodes listens.',
  },
  'nsg-blocks-probe': {
    sentence: (nodes) => `A network security group keeps the probe from ${nodes}.`,
  },
  'proxy-protocol': {
    sentence: () => 'The probe carries a PROXY header that the health check does not understand.',
  },
  'nsg-blocks-clients': {
    sentence: (nodes) => `A network security group keeps the clients from ${nodes}.`,
  },
  'no-listener': {
    sentence: () =>
      'The rule sends packets to a port or address of the nodes that nobody takes them from.',
    look: reconcile,
  },
  'policy-blocks-clients': {
    sentence: (nodes) => `NetworkPolicies let no packet in to the pods of ${nodes}.`,
  },
  'hinted-away': {
    sentence: (nodes) => `Topology hints keep traffic away from the pods of ${nodes}.`,
  },
  'no-backend-up': {
    sentence: () => 'No backend of the load balancer is up.',
    look: lookAtNodes,
  },
  'no-rule': {
    sentence: () =>
      'Azure has no such load-balancing rule: the cloud provider has not written it, or failed to, and the events of the Service say why.',
    look: reconcile,
  },
  'not-ready': {
    sentence: (nodes) => `Pods of ${nodes} are not ready.`,
    look: lookAtNodes,
  },
};

/** What the causes of endpoints without a share are, a sentence for each, with the nodes concerned. */
export function explain(endpoints: readonly EndpointShare[]): string {
  return causesOf(endpoints)
    .map((cause) => {
      const nodes = distinct(
        endpoints
          .filter((endpoint) => causeOf(endpoint) === cause)
          .map(({ node }) => node ?? 'without a name'),
      );
      const sentence = known[cause].sentence(named('node', nodes), (one, several) =>
        nodes.length === 1 ? one : several,
      );
      return sentence.replace(/^node/u, 'Node');
    })
    .join(' ');
}

/** What could be tried about the causes beside the fixes that the share model judges. */
export function looksFor(causes: readonly Cause[], service: ServiceName): readonly Fix[] {
  return causes.flatMap((cause) => known[cause].look?.(service) ?? []);
}
