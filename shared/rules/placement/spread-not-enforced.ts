import { valueOr, type LoadBalancerService, type Node, type Workload } from '../../model/index.ts';
import { spreadByHost } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import type { WorkloadSlice } from '../../facts/services.ts';
import { subjectText, workloadSubject } from '../../model/index.ts';
import { listed } from '../../fixes/text.ts';
import { spreadOverNodes } from '../../fixes/workload-fixes.ts';
import { behindLocal } from '../../facts/behind-local.ts';

/** Finds workloads behind Local Services whose even spread over nodes is luck. */
export const spreadNotEnforced = defineRule(
  {
    id: 'placement/spread-not-enforced',
    title: 'Pods of a Local Service have no enforced spread across nodes',
    why: 'With Local, Azure balances per node: two pods on one node each get half as much as a single pod on another.',
    remedy: 'Add a hard topology spread constraint or required pod anti-affinity by host.',
    severity: 'low',
    source: 'Kubernetes: topology spread constraints, inter-pod anti-affinity',
  },
  {
    needs: ['services', 'deployments', 'statefulSets', behindLocal],
    helps: ['nodes', 'namespaces'],
  },
  ({ behindLocal: behind, nodes, namespaces }) => {
    const around = {
      nodes: valueOr(nodes, []),
      labelsOf: new Map(valueOr(namespaces, []).map(({ name, labels }) => [name, labels])),
    };
    const { workloads, unjudged } = behind(judged);
    return {
      unknown: unjudged,
      faults: workloads
        .filter(({ workload }) => isHopedFor(workload, around))
        .map(({ workload, services }) => faultOf(workload, services)),
    };
  },
);

const judged: ReadonlySet<WorkloadSlice> = new Set(['deployments', 'statefulSets'] as const);

interface Around {
  readonly nodes: readonly Node[];
  readonly labelsOf: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A DaemonSet has one pod per node anyway, and one replica nothing to be spread from. */
function isHopedFor(
  { kind, replicas, podLabels, namespace, podSpec }: Workload,
  { nodes, labelsOf }: Around,
): boolean {
  if (kind === 'DaemonSet' || replicas === undefined || replicas < 2) return false;
  const namespaceLabels = labelsOf.get(namespace);
  const context = { nodes, replicas, ...(namespaceLabels !== undefined && { namespaceLabels }) };
  return spreadByHost(podLabels, namespace, podSpec, context) === 'hoped-for';
}

function faultOf(workload: Workload, services: readonly LoadBalancerService[]): Fault {
  const name = subjectText(workload);
  const replicas = workload.replicas ?? 0;
  const behind = services.map(subjectText);
  return {
    subject: workloadSubject(workload),
    title: `Pods of ${name} have no enforced spread across nodes`,
    message: `Pods of ${workload.kind} ${name} on the same node each get a smaller share of connections: ${listed(behind)} ${behind.length === 1 ? 'uses' : 'use'} externalTrafficPolicy Local, and neither a DoNotSchedule topology spread nor a required anti-affinity by host keeps its ${replicas} replicas on different nodes.`,
    causes: ['spread-hoped-for'],
    evidence: { replicas, services: behind },
    fixes: [spreadOverNodes(workload, services[0]?.selector ?? workload.podLabels)],
  };
}
