import {
  compacted,
  counted,
  serviceSubject,
  subjectText,
  type EndpointSlice,
  type LoadBalancerService,
  type Node,
  type Read,
} from '../../model/index.ts';
import {
  portKey,
  situations,
  slicesByService,
  withClusterPolicy,
  withReconcile,
  type Situations,
} from '../../traffic/index.ts';
import { clusterView } from '../../facts/index.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { withOutcome } from '../../fixes/outcome.ts';
import { reconcile, useClusterPolicy } from '../../fixes/service-fixes.ts';
import { distinct, named } from '../../fixes/text.ts';
import { driftOf, type Drift } from '../../facts/local-pool-drift.ts';
import { localServices, type LocalService } from '../../facts/local-pools.ts';
import { recentChanges } from '../../facts/recent-changes.ts';
import { candidateNodes } from '../../facts/placed-nodes.ts';

/** Finds Local Services whose own pool does not hold the nodes that their EndpointSlices name. */
export const localPoolDrift = defineRule(
  {
    id: 'multi-lb/local-pool-drift',
    title: 'Backend pool of a Local Service does not match its pods',
    why: 'Pods on missing nodes get no new connections; extra nodes only fail the probe.',
    remedy: 'Trigger a reconcile, and check why the pool was not updated automatically.',
    severity: 'high',
    source: "Azure's cloud provider: backend pools of Local Services (azure_local_services.go)",
  },
  {
    needs: [
      'endpointSlices',
      'loadBalancerConfigurations',
      localServices,
      candidateNodes,
      clusterView,
      recentChanges,
    ],
    helps: [situations],
  },
  ({
    endpointSlices,
    loadBalancerConfigurations,
    localServices: locals,
    candidateNodes: nodes,
    clusterView: view,
    situations: all,
    recentChanges: recent,
  }) => {
    if (loadBalancerConfigurations.length === 0) return { faults: [] };
    const slices = slicesByService(endpointSlices);
    return judgeEach(locals, (local) => {
      const { service, clashes, takenForIpv6 } = local;
      // Pools that cannot hold the right nodes for their names are another fault.
      if (clashes.length > 0 || takenForIpv6) return undefined;
      const own = slices.get(subjectText(service)) ?? [];
      const drift = driftOf(local, own, view, nodes);
      if ('why' in drift) return { subject: service, ...drift };
      if (drift.missing.length + drift.extra.length === 0) return undefined;
      const fault = faultOf(local, drift, own, all);
      return recent.endpoints(service) && !drift.foreign ? whileRecent(fault, service) : fault;
    });
  },
);

/** The pool follows every 30 seconds; where the previous run saw a port of the Service bad it has not. */
function whileRecent(fault: Fault, { ports, ipFamilies }: LoadBalancerService): Fault {
  const keys = ports.flatMap((port) => ipFamilies.map((family) => portKey({ ...port, family })));
  return { ...fault, severity: 'info', young: { severity: 'high', names: keys } };
}

function faultOf(
  { service }: LocalService,
  drift: Drift,
  slices: readonly EndpointSlice[],
  all: Read<Situations>,
): Fault {
  const { pools, foreign, missing, extra } = drift;
  const name = subjectText(service);
  const idle = readyPodsOn(missing, slices);
  return {
    subject: serviceSubject(service),
    title: `Backend pool of ${name} does not match its pods`,
    message: `${sentencesOf(drift, idle.length).join(' ')} With multiple load balancers, the pool of a Local Service is updated from its EndpointSlices every 30 seconds. A lasting difference means a failed update (event LoadBalancerBackendPoolUpdateFailed) or a stuck controller.`,
    causes: compacted([
      extra.length > 0 && 'extra-node-in-pool',
      missing.length > 0 && 'node-missing-from-pool',
      foreign && 'not-its-own-pool',
    ]),
    evidence: { pools, missing: names(missing), extra: names(extra), starvedPods: idle },
    fixes: [
      withOutcome(all, service, {
        fix: reconcile(service),
        changes: [withReconcile],
        note: 'the pool contains the nodes in the EndpointSlices',
      }),
      withOutcome(all, service, {
        fix: useClusterPolicy(service),
        changes: [withClusterPolicy],
      }),
    ],
  };
}

function readyPodsOn(nodes: readonly Node[], slices: readonly EndpointSlice[]): readonly string[] {
  const hosts = new Set<string | undefined>(nodes.map(({ name }) => name));
  const endpoints = slices.flatMap((slice) => slice.endpoints);
  return distinct(
    endpoints
      .filter(({ ready, node }) => ready && hosts.has(node))
      .map(({ pod, address }) => pod ?? address),
  );
}

function sentencesOf({ pools, foreign, missing, extra }: Drift, idle: number): readonly string[] {
  return compacted([
    foreign &&
      `Its rules send to ${named('pool', pools)} instead of its own pool, which contains the nodes of one configuration only.`,
    missing.length > 0 &&
      `${named('Node', names(missing))} ${missing.length === 1 ? 'is' : 'are'} missing from ${named('pool', pools)}, so ${counted(idle, 'ready pod')} there ${idle === 1 ? 'gets' : 'get'} no new connections.`,
    extra.length > 0 &&
      `${named('Node', names(extra))} ${extra.length === 1 ? 'is' : 'are'} in the pool without a pod: the Local health check keeps connections away; with another probe, or none, they are lost there.`,
  ]);
}

function names(nodes: readonly Node[]): readonly string[] {
  return nodes.map(({ name }) => name);
}
