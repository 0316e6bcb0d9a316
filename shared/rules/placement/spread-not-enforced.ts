import {
  lacking,
  listed,
  subjectText,
  workloadSubject,
  type LoadBalancerService,
  type Read,
  type Reason,
  type Workload,
} from '../../model/index.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { reasonsBySubjects } from '../../fixes/text.ts';
import { spreadOverNodes } from '../../fixes/workload-fixes.ts';
import { localSpreads } from '../../facts/local-spreads.ts';

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
  { needs: [localSpreads], helps: ['nodes', 'namespaces'] },
  ({ localSpreads: { spreads, unjudged }, ...helps }) => {
    const { faults, unknown } = judgeEach(spreads, ({ workload, services, spread }) => {
      if (spread === 'unknown') return { subject: workload, ...reasonOf(workload, helps) };
      return spread === 'hoped-for' ? faultOf(workload, services) : undefined;
    });
    return { faults, unknown: [...reasonsBySubjects(unjudged), ...unknown] };
  },
);

/** What the answer turns on, of what could have been read first. */
function reasonOf(
  workload: Workload,
  { nodes, namespaces }: { readonly nodes: Read<unknown>; readonly namespaces: Read<unknown> },
): Reason {
  if (nodes.kind === 'unread') return lacking('nodes', nodes);
  if (namespaces.kind === 'unread') return lacking('namespaces', namespaces);
  if (workload.podSpec.requiredPodAntiAffinity.length === 0)
    return {
      why: `the hard spread of ${subjectText(workload)} counts pods of other workloads, and where those run is not known: they may leave room for one of its pods per node`,
    };
  return {
    why: `the required anti-affinity of ${subjectText(workload)} keeps its pods off nodes with pods of others, and where those run is not known: none may be left for two of them`,
  };
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
