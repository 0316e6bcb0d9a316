import { spreadByHost } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import { spreadOnePerNode } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { workloadSubject } from '../services.ts';
import { capped, listed } from '../text.ts';
import { workloadsBehindLocal } from './behind-local.ts';

/** Finds workloads behind Local Services whose even spread over nodes is luck. */
export const spreadNotEnforced = defineRule(
  {
    id: 'placement/spread-not-enforced',
    title: 'Nothing spreads the pods behind a Local Service over nodes',
    why: 'Azure shares per node under Local: two pods on one node get half of what a pod alone gets.',
    remedy: 'Add a hard topology spread or a required anti-affinity by host.',
    severity: 'low',
    source: 'placement.md §7.2; load-balancing.md fault 17',
  },
  ['services', 'deployments', 'statefulSets'],
  ({ services }, { snapshot }) => {
    const { workloads, unknown } = workloadsBehindLocal(snapshot, services);
    return {
      unknown,
      faults: workloads.flatMap(({ workload, services: behind }): readonly Fault[] => {
        if (workload.kind === 'DaemonSet' || (workload.replicas ?? 0) < 2) return [];
        const spread = spreadByHost(workload.podLabels, workload.namespace, workload.podSpec);
        if (spread !== 'hoped-for') return [];
        const names = behind.map((service) => `${service.namespace}/${service.name}`);
        return [
          {
            subject: workloadSubject(workload),
            title: `The spread of ${workload.namespace}/${workload.name} over nodes is not enforced`,
            message: `${workload.kind} ${workload.namespace}/${workload.name} runs ${workload.replicas ?? 0} replicas behind ${listed(names)} with Local, and neither a DoNotSchedule spread nor a required anti-affinity by host keeps two of them off one node. Where pods share a node, each gets a smaller part of the connections.`,
            causes: ['spread-hoped-for'],
            evidence: { replicas: workload.replicas ?? 0, services: capped(names) },
            fixes: [spreadOnePerNode(workload, workload.podLabels)],
          },
        ];
      }),
    };
  },
);
