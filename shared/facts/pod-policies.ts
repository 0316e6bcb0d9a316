import { policiesOn, type PolicyInputs, type PolicyTarget } from '../load-balancing/index.ts';
import {
  lacking,
  read,
  reasonOf,
  reasonOfAll,
  subjectText,
  type Endpoint,
  type LoadBalancerService,
  type ManagedCluster,
  type NetworkPolicy,
  type Read,
  type Reason,
  type Tristate,
  type Workload,
} from '../model/index.ts';
import { derived } from './derived.ts';
import { workloadsBehind, type BackingWorkloads } from './services.ts';

/** What NetworkPolicies say of one endpoint. */
export type PodGate =
  | { readonly kind: 'open' }
  | ({ readonly kind: 'unknown' } & Reason)
  | {
      readonly kind: 'guarded';
      readonly inputs: PolicyInputs;
      readonly target: PolicyTarget;
      readonly policies: readonly NetworkPolicy[];
    };

export interface PodPolicies {
  /** Why clients are not judged by policies at all. */
  readonly unread?: Reason;
  /** Cilium's ranges of addresses do not hold nodes. */
  readonly cilium: boolean;
  gate(
    service: LoadBalancerService,
    endpoint: Pick<Endpoint, 'pod'> & { readonly targetPort: number },
    protocol: string,
  ): PodGate;
}

const open: PodGate = { kind: 'open' };

/** NetworkPolicies before the pods of Services; labels and named ports are those of the workload's template. */
export const podPolicies = derived(
  'podPolicies',
  { needs: [workloadsBehind], helps: ['networkPolicies', 'managedCluster', 'namespaces'] },
  ({ networkPolicies, managedCluster, namespaces, workloadsBehind: behindOf }): PodPolicies => {
    const enforced = isEnforced(managedCluster);
    const cilium =
      managedCluster.kind === 'read' &&
      (managedCluster.value.networkDataplane === 'cilium' ||
        managedCluster.value.networkPolicy === 'cilium');
    if (enforced === 'no') return { cilium, gate: () => open };
    if (networkPolicies.kind === 'unread')
      return { cilium, unread: lacking('networkPolicies', networkPolicies), gate: () => open };
    const byNamespace = Map.groupBy(
      networkPolicies.value.filter(({ ingress }) => ingress),
      ({ namespace }) => namespace,
    );
    const labels: PolicyInputs['namespaces'] =
      namespaces.kind === 'read'
        ? read(new Map(namespaces.value.map((each) => [each.name, each.labels])))
        : namespaces;
    const known = new WeakMap<LoadBalancerService, BackingWorkloads>();
    return {
      cilium,
      gate(service, endpoint, protocol) {
        const policies = byNamespace.get(service.namespace) ?? [];
        if (policies.length === 0) return open;
        const behind = known.get(service) ?? behindOf(service);
        known.set(service, behind);
        const owner = ownerOfPod(behind, endpoint.pod);
        if ('why' in owner) return { kind: 'unknown', ...owner };
        const port = { protocol, port: endpoint.targetPort };
        return gateOf({ policies, namespaces: labels }, owner, port, managedCluster);
      },
    };
  },
);

/** What the policies of a namespace say of a port of one workload's pods. */
function gateOf(
  inputs: PolicyInputs,
  { namespace, podLabels, podSpec }: Workload,
  port: Pick<PolicyTarget, 'protocol' | 'port'>,
  managedCluster: Read<ManagedCluster>,
): PodGate {
  const enforced = isEnforced(managedCluster);
  // What goes to a pod on the host's network goes to the node: no engine of AKS filters it.
  if (podSpec.hostNetwork && enforced === 'yes') return open;
  const byHash = inputs.policies.find(({ podSelector }) => namesGenerated(podSelector));
  if (byHash !== undefined)
    return {
      kind: 'unknown',
      why: `NetworkPolicy ${subjectText(byHash)} selects pods by labels that a controller gives them`,
    };
  const target: PolicyTarget = { namespace, labels: podLabels, ports: podSpec.ports, ...port };
  const policies = policiesOn(inputs, target);
  if (policies.length === 0) return open;
  if (enforced !== 'unknown') return { kind: 'guarded', inputs, target, policies };
  const why = 'NetworkPolicies select the pods, but whether the cluster enforces them is not known';
  return managedCluster.kind === 'unread'
    ? { kind: 'unknown', ...reasonOf(lacking('managedCluster', managedCluster), why) }
    : { kind: 'unknown', why };
}

/** Bring your own network plugin: what it enforces nobody says. */
function isEnforced(managedCluster: Read<ManagedCluster>): Tristate {
  if (managedCluster.kind === 'unread') return 'unknown';
  const { networkPolicy = 'none', networkDataplane, networkPlugin } = managedCluster.value;
  if (['azure', 'calico', 'cilium'].includes(networkPolicy)) return 'yes';
  if (networkDataplane === 'cilium') return 'yes';
  return networkPlugin === 'none' ? 'unknown' : 'no';
}

const generated = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);

function namesGenerated(selector: NetworkPolicy['podSelector']): boolean {
  const { matchLabels, matchExpressions } = selector ?? {
    matchLabels: new Map<string, string>(),
    matchExpressions: [],
  };
  return (
    [...matchLabels.keys()].some((key) => generated.has(key)) ||
    matchExpressions.some(({ key }) => generated.has(key))
  );
}

/** The workload of a pod behind a Service, by the form of the pod's name; the longest name that fits. */
function ownerOfPod(
  { workloads, unread }: BackingWorkloads,
  pod: string | undefined,
): Workload | Reason {
  const [owner] = workloads
    .filter((each) => pod !== undefined && isNamedFor(pod, each))
    .toSorted((a, b) => b.name.length - a.name.length);
  if (owner !== undefined) return owner;
  return (
    reasonOfAll(unread) ?? {
      why: `the namespace has NetworkPolicies, and no known workload owns pod ${pod ?? 'with an unknown name'}`,
    }
  );
}

/** `web-5d4f…-x2x7k`, `web-0`, `web-x2x7k`. */
function isNamedFor(pod: string, { kind, name }: Workload): boolean {
  if (!pod.startsWith(`${name}-`)) return false;
  const rest = pod.slice(name.length + 1);
  if (kind === 'StatefulSet') return /^\d+$/u.test(rest);
  return kind === 'DaemonSet'
    ? /^[a-z0-9]+$/u.test(rest)
    : /^[a-z0-9]+(?:-[a-z0-9]+)?$/u.test(rest);
}
