import type { ClusterSnapshot } from '../../model/index.ts';
import type { EndpointShare, MissingCause, NoShareCode } from '../../traffic/index.ts';
import { lookAtNodes, migrateFromBasic } from '../cluster-fixes.ts';
import type { Fix } from '../rule.ts';
import { dropTopologyHints, reconcile, useClusterPolicy } from '../service-fixes.ts';
import type { ServiceName } from '../subject.ts';

/** Why a ready pod gets nothing: the words of share-model.md 9, the cause before what it explains. */
export type Cause = NoShareCode | MissingCause;

/** The causes of endpoints that have no share, sorted and each once. */
export function causesOf(endpoints: readonly EndpointShare[]): readonly Cause[] {
  const causes = endpoints.map(
    ({ cause, because }): Cause => cause ?? because ?? 'node-missing-from-pool',
  );
  return [...new Set(causes)].toSorted();
}

interface Known {
  readonly sentence: string;
  readonly fixes: (service: Concerned) => readonly Fix[];
}

interface Concerned extends ServiceName {
  readonly snapshot: ClusterSnapshot;
}

const known: Readonly<Record<Cause, Known>> = {
  'basic-single-vm-set': {
    sentence: 'A Basic load balancer takes one VM set as its backend; their nodes are in another.',
    fixes: (service) => [useClusterPolicy(service), migrateFromBasic(service.snapshot)],
  },
  'node-excluded': {
    sentence:
      'Their nodes carry the label node.kubernetes.io/exclude-from-external-load-balancers.',
    fixes: (service) => [useClusterPolicy(service)],
  },
  'node-not-in-backend-pool': {
    sentence: 'Their nodes are not in the backend pool.',
    fixes: (service) => [useClusterPolicy(service), reconcile(service)],
  },
  'node-missing-from-pool': {
    sentence: 'Their nodes are not in the backend pool, and nothing that was read says why.',
    fixes: (service) => [useClusterPolicy(service), reconcile(service)],
  },
  'held-by-other-load-balancer': {
    sentence:
      'The NICs of their nodes sit in a pool of another load balancer, so Azure leaves them out here.',
    fixes: (service) => [useClusterPolicy(service)],
  },
  'local-pool-drift': {
    sentence: 'The Service has a backend pool of its own, and it has not followed the pods.',
    fixes: (service) => [useClusterPolicy(service), reconcile(service)],
  },
  'virtual-node': {
    sentence: 'They run on a virtual node, which can never be a backend.',
    fixes: (service) => [useClusterPolicy(service)],
  },
  'no-kube-proxy': {
    sentence: 'kube-proxy does not run on their nodes.',
    fixes: (service) => [useClusterPolicy(service)],
  },
  'node-not-ready': {
    sentence: 'Their nodes are not Ready.',
    fixes: () => [lookAtNodes()],
  },
  'node-down-for-probe': {
    sentence: 'Their nodes do not answer the probe of the rule.',
    fixes: (service) => [useClusterPolicy(service), reconcile(service)],
  },
  'hinted-away': {
    sentence: 'Topology hints send no node that takes traffic to them.',
    fixes: (service) => [dropTopologyHints(service)],
  },
  'no-backend-up': {
    sentence: 'No backend of the load balancer is up.',
    fixes: () => [lookAtNodes()],
  },
  'no-rule': {
    sentence:
      'Azure has no load-balancing rule for it: the cloud provider has not written the rule, or failed to, and the events of the Service say why.',
    fixes: (service) => [reconcile(service)],
  },
  'not-ready': { sentence: 'They are not ready.', fixes: () => [lookAtNodes()] },
};

/** What the causes mean, a sentence for each. */
export function explain(causes: readonly Cause[]): string {
  return causes.map((cause) => known[cause].sentence).join(' ');
}

/** What could be done about the causes, each fix once. */
export function fixesFor(causes: readonly Cause[], service: Concerned): readonly Fix[] {
  const fixes = causes.flatMap((cause) => known[cause].fixes(service));
  return [...new Map(fixes.toReversed().map((fix) => [fix.title, fix])).values()].toReversed();
}
