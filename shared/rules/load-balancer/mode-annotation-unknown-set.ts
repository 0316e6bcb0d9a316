import {
  compacted,
  isVirtualNode,
  lacking,
  listed,
  sameName,
  serviceSubject,
  subjectText,
  type Node,
  type Reason,
} from '../../model/index.ts';
import {
  excludeLabel,
  isControlPlane,
  machineIdOf,
  modeAnnotated,
  modeAnnotation,
  type ClusterTopology,
  type ModeAnnotated,
  type VmSet,
} from '../../load-balancing/index.ts';
import { clusterView, unjudged } from '../../facts/index.ts';
import { clusterSku } from '../../facts/cluster-sku.ts';
import { defineRule, type Fault, type Unjudged } from '../rule.ts';
import { removeServiceAnnotation, setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { distinct, cited } from '../../fixes/text.ts';

/** Finds Basic's mode annotation when it names no VM set, an agent pool, or a list of sets. */
export const modeAnnotationUnknownSet = defineRule(
  {
    id: 'load-balancer/mode-annotation-unknown-set',
    title: 'azure-load-balancer-mode names a VM set that does not exist',
    why: 'The cloud provider treats the value as one name; if no VM set has it, the Service is no longer reconciled.',
    remedy: 'Set the exact name of one VM set, or __auto__.',
    severity: 'high',
    source: "Azure's cloud provider: load balancer annotations",
  },
  { needs: ['services', 'nodes', clusterView], helps: [clusterSku, 'managedCluster'] },
  ({ services, nodes, clusterView: { topology }, clusterSku: sku, managedCluster }) => {
    const named = modeAnnotated(services).filter(({ value }) => !sameName(value, '__auto__'));
    if (sku.kind === 'unread') return { faults: [], unknown: allUnknown(sku, named) };
    // What the load balancers are does not say by which SKU the provider works: the profile does.
    if (sku.value !== 'basic')
      return managedCluster.kind === 'read'
        ? { faults: [] }
        : { faults: [], unknown: allUnknown(lacking('managedCluster', managedCluster), named) };
    const candidates = nodes.filter(mayLead);
    const sets = candidates.map((node) => topology.vmSetOf(node));
    const names = distinct(sets.flatMap((set) => (set.kind === 'set' ? [set.name] : [])));
    const wrong = named.filter(({ value }) => !names.some((name) => sameName(name, value)));
    const why = whyUnknown(sets);
    if (why !== undefined) return { faults: [], unknown: allUnknown({ why }, wrong) };
    return { faults: wrong.map((each) => faultOf(each, names, candidates, topology)) };
  },
);

function allUnknown(reason: Reason, annotated: readonly ModeAnnotated[]): readonly Unjudged[] {
  return unjudged(
    annotated.map(({ service }) => service),
    reason,
  );
}

/** Nodes whose VM set the annotation may name: of excluded ones only those in availability sets. */
function mayLead(node: Node): boolean {
  if (isVirtualNode(node) || isControlPlane(node)) return false;
  const inScaleSet = machineIdOf(node.providerId)?.kind === 'scale-set-instance';
  return !(inScaleSet && excludeLabel(node).present);
}

function whyUnknown(sets: readonly VmSet[]): string | undefined {
  if (sets.length === 0) return 'the cluster has no nodes to derive the VM sets from';
  return sets.some((set) => set.kind === 'unknown')
    ? 'the VM set of some nodes could not be derived'
    : undefined;
}

type Mistake = 'list-of-sets' | 'node-pool-name' | 'no-such-set';

const mistakes: Readonly<Record<Mistake, string>> = {
  'list-of-sets': 'a list, which is treated as one name',
  'node-pool-name': 'the name of a node pool, not of its VM set',
  'no-such-set': 'which is not the name of any VM set',
};

function setsText(names: readonly string[]): string {
  if (names.length === 0) return 'No node is in a VM set.';
  return names.length === 1
    ? `The only VM set is ${listed(names)}.`
    : `The VM sets are ${listed(names)}.`;
}

function faultOf(
  { service, value }: ModeAnnotated,
  names: readonly string[],
  nodes: readonly Node[],
  topology: ClusterTopology,
): Fault {
  const ofPool = nodes
    .filter((node) => sameName(topology.poolOf(node) ?? '', value))
    .map((node) => topology.vmSetOf(node));
  const inList = value.split(',').map((each) => each.trim());
  const mistake: Mistake =
    inList.length > 1 ? 'list-of-sets' : ofPool.length > 0 ? 'node-pool-name' : 'no-such-set';
  const meant =
    ofPool.flatMap((set) => (set.kind === 'set' ? [set.name] : []))[0] ??
    names.find((name) => inList.some((each) => sameName(each, name))) ??
    names[0];
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: `azure-load-balancer-mode of ${name} names a VM set that does not exist`,
    message: `The cloud provider fails with "not found" and no longer updates ${name}: new ports, nodes and addresses have no effect. azure-load-balancer-mode is ${cited(value)}, ${mistakes[mistake]}. ${setsText(names)}`,
    causes: [mistake],
    evidence: { annotation: modeAnnotation, value, vmSets: names },
    fixes: compacted([
      meant !== undefined &&
        setServiceAnnotation(
          service,
          'azure-load-balancer-mode',
          meant,
          'Set the exact name of one VM set',
          ['the Service may move to another load balancer and change its IP address'],
        ),
      removeServiceAnnotation(
        service,
        modeAnnotation,
        'Remove the annotation: the Service keeps its load balancer',
        ['only the VM set of that load balancer gets traffic'],
      ),
    ]),
  };
}
