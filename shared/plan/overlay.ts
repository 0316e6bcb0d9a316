import { serviceControllerExcludes } from '../load-balancing/index.ts';
import {
  mapRead,
  subjectText,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Node,
  type NodeName,
} from '../model/index.ts';
import { withoutObject } from './deletions.ts';
import type { PoolChoice } from './leaving-nodes.ts';
import type { LiveObject, LiveObjects } from './live-objects.ts';
import { withNodePools } from './node-pools.ts';
import { isRouting, type Wanted } from './object-kinds.ts';
import { overlayRouting } from './overlay-routing.ts';
import { overlayService } from './overlay-service.ts';
import { overlayWorkload } from './overlay-workload.ts';
import { workloadKey, type WorkloadKey } from './pod-index.ts';
import { put } from './rows.ts';
import { serviceDefaults, type ServiceDefaults } from './service-defaults.ts';
import { noNodePortLeft } from './service-refusals.ts';
import { refused, type ManifestStep } from './step.ts';
import { targetPortsOf, type TargetPorts } from './target-ports.ts';
import type { Deletion, NodePoolChange, ObjectChange, Problem } from './types.ts';

/** The cluster after the API server took everything, before any controller acts on it. */
export interface Overlaid {
  readonly snapshot: ClusterSnapshot;
  readonly changes: readonly ObjectChange[];
  /** Services whose spec the cloud provider looks at again, by `namespace/name`. */
  readonly touched: ReadonlySet<string>;
  /** Services that are no longer of type LoadBalancer. */
  readonly deleted: readonly LoadBalancerService[];
  /** Workloads all of whose pods are replaced though nothing in the snapshot shows why. */
  readonly replaced: ReadonlySet<WorkloadKey>;
  /** Of Services that manifests name, by `namespace/name`. */
  readonly targetPorts: ReadonlyMap<string, TargetPorts>;
  readonly removedNodes: ReadonlySet<NodeName>;
  readonly poolChoices: readonly PoolChoice[];
  readonly problems: readonly Problem[];
  readonly unknown: readonly string[];
}

export interface OverlayInputs {
  readonly snapshot: ClusterSnapshot;
  readonly wanted: readonly Wanted[];
  readonly live: LiveObjects;
  readonly nodePools: readonly NodePoolChange[];
  readonly deletions: readonly Deletion[];
  /** Nodes that go where pools lose some of theirs. */
  readonly leaving?: ReadonlySet<NodeName>;
}

/** The cluster with all that is asked for laid over it, in the order given; what cannot be is a problem, and the rest goes on. */
export function overlay(inputs: OverlayInputs): Overlaid {
  const { snapshot, live } = inputs;
  const changes: ObjectChange[] = [];
  const problems: Problem[] = [];
  const unknown: string[] = [];
  const touched = new Set<string>();
  const replaced = new Set<WorkloadKey>();
  const deleted: LoadBalancerService[] = [];
  const targetPorts = new Map<string, TargetPorts>();
  const defaults = serviceDefaults(snapshot);
  const namespaces = namespacesOf(inputs);
  let current = snapshot;

  for (const each of inputs.wanted) {
    const object = live.get(`${each.kind}/${subjectText(each)}`);
    const step =
      each.namespace !== '' && namespaces?.has(each.namespace) === false
        ? refused(current, each, {
            path: 'metadata.namespace',
            text: 'the cluster has no such namespace, and no manifest creates it',
          })
        : overlayObject(current, each, object, defaults);
    current = step.snapshot;
    if (step.change !== undefined) changes.push(step.change);
    if (step.change !== undefined && each.kind === 'Service')
      targetPorts.set(subjectText(each), targetPortsOf(each));
    if (step.touched === true) touched.add(subjectText(each));
    if (step.replaced === true && 'podSpec' in each.parsed) replaced.add(workloadKey(each.parsed));
    if (step.deleted !== undefined) deleted.push(step.deleted);
    problems.push(...(step.problems ?? []));
    unknown.push(...(step.unknown ?? []));
  }

  for (const deletion of inputs.deletions) {
    const result = withoutObject(current, deletion);
    if (typeof result === 'string') {
      problems.push({
        text: `--delete ${deletion.kind}/${subjectText(deletion)}: ${result}`,
      });
      continue;
    }
    current = result.snapshot;
    if (result.service !== undefined) deleted.push(result.service);
    changes.push({ ...deletion, kind: result.kind, action: 'delete', fields: [], notes: [] });
  }

  const pooled = withNodePools(current, inputs.nodePools, inputs.leaving);
  const nodesChanged = membershipInputs(snapshot) !== membershipInputs(pooled.snapshot);
  if (nodesChanged)
    for (const { namespace, name } of valueOr(pooled.snapshot.services, []))
      touched.add(`${namespace}/${name}`);
  return {
    snapshot: withoutAddresses(withoutRemoved(pooled.snapshot, pooled.removed), deleted),
    changes: [...changes, ...pooled.changes],
    touched,
    deleted,
    replaced,
    targetPorts,
    removedNodes: pooled.removed,
    poolChoices: pooled.choices,
    problems: [...withoutRepeats(problems), ...pooled.problems],
    unknown,
  };
}

function isRepeated({ text }: Problem): boolean {
  return text.endsWith(noNodePortLeft);
}

/** Thousands of Services without a node port are one line, at the first of them. */
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const [first, ...more] = problems.filter(isRepeated);
  if (first === undefined || more.length === 0) return problems;
  const one = { ...first, text: `${first.text}, nor for ${more.length} more` };
  return problems.flatMap((each) => (each === first ? [one] : isRepeated(each) ? [] : [each]));
}

function overlayObject(
  snapshot: ClusterSnapshot,
  wanted: Wanted,
  object: LiveObject | undefined,
  defaults: ServiceDefaults,
): ManifestStep {
  if (wanted.kind === 'Namespace')
    return { snapshot: put(snapshot, 'namespaces', wanted.parsed, wanted) };
  if (isRouting(wanted)) return overlayRouting(snapshot, wanted);
  return wanted.kind === 'Service'
    ? overlayService(snapshot, wanted, object, defaults)
    : overlayWorkload(snapshot, wanted, object);
}

/** Those that exist or are created; `undefined` = they were not read, or only some of them. */
function namespacesOf({ snapshot, wanted }: OverlayInputs): ReadonlySet<string> | undefined {
  const names = valueOr(snapshot.namespaces, []).map(({ name }) => name);
  // Every cluster has it.
  if (!names.includes('kube-system')) return undefined;
  const created = wanted.flatMap((each) => (each.kind === 'Namespace' ? [each.name] : []));
  return new Set([...names, ...created]);
}

/** What makes the service controller look at every Service: nodes that come, go, or change their part in it. */
function membershipInputs(snapshot: ClusterSnapshot): string {
  return valueOr(snapshot.nodes, [])
    .map((node: Node) => `${node.name} ${node.providerId} ${serviceControllerExcludes(node) ?? ''}`)
    .toSorted()
    .join('\n');
}

function withoutRemoved(
  snapshot: ClusterSnapshot,
  removed: ReadonlySet<NodeName>,
): ClusterSnapshot {
  const systemPods = mapRead(snapshot.systemPods, (pods) =>
    pods.filter(({ node }) => node === undefined || !removed.has(node)),
  );
  return removed.size === 0 ? snapshot : { ...snapshot, systemPods };
}

/** A public IP that the cloud provider made for a Service alone goes with it; those without its tag are somebody else's. */
function withoutAddresses(
  snapshot: ClusterSnapshot,
  deleted: readonly LoadBalancerService[],
): ClusterSnapshot {
  if (deleted.length === 0) return snapshot;
  const owners = new Set(deleted.map(subjectText));
  const publicIpAddresses = mapRead(snapshot.publicIpAddresses, (all) =>
    all.filter(({ tags }) => !owners.has(tags.get('k8s-azure-service')?.trim() ?? '')),
  );
  return { ...snapshot, publicIpAddresses };
}
