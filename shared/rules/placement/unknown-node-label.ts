import {
  compareText,
  counted,
  listed,
  subjectText,
  workloadSubject,
  type ManagedCluster,
  type Node,
  type Workload,
} from '../../model/index.ts';
import type { Cluster } from '../../facts/index.ts';
import {
  canBeScheduled,
  daemonSetOn,
  deadLabels,
  hasAutoProvisioning,
  knownLabels,
  type DeadLabel,
  type KnownLabels,
} from '../../placement/index.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { distinct, itemized } from '../../fixes/text.ts';
import { labelFixes } from '../../fixes/label-fixes.ts';
import { toPlace, type ToPlace } from '../../facts/to-place.ts';
import { userTests } from '../../facts/user-pods.ts';

/**
 * Finds workloads whose affinity names a node label or a value that no pool has, while other parts of
 * it still match: nobody notices until the part that works is gone too.
 */
export const unknownNodeLabel = defineRule(
  {
    id: 'placement/unknown-node-label',
    title: 'Affinity requires a label that no node pool has',
    why: 'That term has no effect: the pods can run on fewer, or other, nodes than intended.',
    remedy: 'Correct the label or its value, or remove the term.',
    severity: 'low',
    source: 'Kubernetes: node affinity; AKS: labels of node pools',
  },
  {
    needs: [
      'managedCluster',
      'nodes',
      'deployments',
      'statefulSets',
      'daemonSets',
      'pendingPods',
      userTests,
    ],
  },
  (facts, { settings }) => {
    const { managedCluster, nodes, daemonSets, deployments, cluster } = facts;
    const isUsers = (each: Pick<Workload, 'namespace' | 'labels'>): boolean =>
      facts.userTests.isUserWorkload(each, settings.systemNamespaces);
    const own = [...deployments, ...facts.statefulSets].filter(isUsers);
    const pending = facts.pendingPods.filter(isUsers);
    const workloads = toPlace(own, pending, deployments).filter(
      (each) => canBeScheduled(each.spec, managedCluster, nodes).answer !== 'no',
    );
    const covering = daemonSets
      .filter(isUsers)
      .filter(({ podSpec }) => nodes.some((node) => daemonSetOn(podSpec, node).shouldRun))
      .map((each): ToPlace => {
        const subject = workloadSubject(each);
        return { subject, spec: each.podSpec, pending: 0, running: each.statusCount ?? 0 };
      });
    const labels = knownLabels(managedCluster, nodes);
    const { faults, unknown } = judgeEach([...workloads, ...covering], (each) => {
      const { dead, unsure } = deadLabels(each.spec, labels, managedCluster);
      if (dead.length > 0) return faultOf(each, dead, labels, cluster);
      return unsure.length > 0
        ? { subject: each.subject, why: whyUnsure(unsure, managedCluster, nodes) }
        : undefined;
    });
    return {
      faults: faults.toSorted((a, b) =>
        compareText(subjectText(a.subject), subjectText(b.subject)),
      ),
      unknown,
    };
  },
);

function whyUnsure(
  keys: readonly string[],
  cluster: ManagedCluster,
  nodes: readonly Node[],
): string {
  return hasAutoProvisioning(cluster, nodes)
    ? `whether node auto-provisioning can create a node with the required ${listed(keys)} was not read`
    : `which ${listed(keys)} the nodes of an empty pool would have is not a known value`;
}

function faultOf(
  { subject, spec }: ToPlace,
  dead: readonly DeadLabel[],
  labels: KnownLabels,
  cluster: Cluster,
): Fault {
  const name = subjectText(subject);
  const texts = distinct(dead.map((each) => describe(each, labels)));
  const hard = dead.some(({ where, kind }) => where === 'required' && kind !== 'no-effect');
  const asked = distinct(dead.map(labelText));
  return {
    subject,
    title: `Affinity of ${name} refers to ${counted(asked.length, 'node label')} that no node pool has`,
    message: `${subject.kind} ${name}: ${itemized(texts, 3)}. ${
      hard
        ? 'The other terms of the affinity still match, so no pod is Pending; when they no longer match, these terms will not help.'
        : 'Its pods are scheduled as if these terms did not exist.'
    }`,
    causes: distinct(dead.map(causeOf)),
    evidence: {
      labels: asked,
      nearest: distinct(dead.flatMap(({ near }) => near ?? [])),
      details: texts,
    },
    fixes: labelFixes(subject, spec, dead, cluster),
  };
}

function causeOf({ kind, where }: DeadLabel): string {
  if (kind === 'no-effect') return 'excludes-nothing';
  if (where === 'preferred') return 'prefers-nothing';
  return kind === 'key' ? 'unknown-key' : 'unknown-value';
}

function labelText({ requirement: { key }, value }: DeadLabel): string {
  return value === undefined ? key : `${key}=${value}`;
}

function describe(dead: DeadLabel, labels: KnownLabels): string {
  const { requirement, value, kind, where, near } = dead;
  const { key, operator } = requirement;
  const known = [...labels.valuesOf(key)].toSorted();
  const trouble =
    value === undefined
      ? `no node has a label ${key}`
      : operator === 'Gt' || operator === 'Lt'
        ? `no node has a ${key} ${operator === 'Gt' ? 'above' : 'below'} ${value}`
        : `no node has ${key}=${value}`;
  const effect =
    kind === 'no-effect'
      ? ', so excluding it has no effect'
      : where === 'preferred'
        ? ', so preferring it has no effect'
        : '';
  const there = value === undefined || known.length > 10 ? '' : ` (existing: ${listed(known)})`;
  return `${trouble}${effect}${near === undefined ? there : ` (did you mean ${near}?)`}`;
}
