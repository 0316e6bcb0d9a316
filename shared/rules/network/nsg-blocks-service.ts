import { clientsText, type InboundRule } from '../../load-balancing/index.ts';
import { wantedOfClients, type NodeClass } from '../../facts/index.ts';
import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type ManagedCluster,
  type Read,
} from '../../model/index.ts';
import {
  hostsOfServices,
  anyUnopened,
  closedPorts,
  guardedServices,
  narrowedPorts,
  trafficNeeds,
  type ClosedPort,
  type GuardedPort,
} from '../../traffic/index.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { withHosts } from '../hosts-behind.ts';
import { distinct, itemized } from '../../fixes/text.ts';
import {
  closedBackends,
  closedEvidence,
  closedPortCauses,
  deniersOf,
  closedPortsText,
  ruleText,
} from './security-texts.ts';
import { isMisread, serviceFixes } from '../../fixes/service-openings.ts';

/**
 * Finds Services whose clients the network security groups before the backends turn away: nobody whom
 * the Service is for gets in. With a floating IP packets arrive for the frontend's address, else for
 * the node's and its node port.
 */
export const nsgBlocksService = defineRule(
  {
    id: 'network/nsg-blocks-service',
    title: 'NSG blocks client traffic to a Service',
    why: 'Packets are dropped before they reach a node: connections time out although pods and probes are healthy.',
    remedy:
      'Allow the clients with a higher-priority rule, or trigger a reconcile if the cloud provider’s rule is missing.',
    severity: 'critical',
    source: "Azure: network security groups; Azure's cloud provider: access control",
  },
  {
    needs: [...trafficNeeds, 'securityGroups', guardedServices],
    helps: ['managedCluster', 'publicIpAddresses'],
    fixes: [hostsOfServices],
  },
  ({ guardedServices: services, managedCluster, publicIpAddresses, hostsOfServices: hosts }) =>
    judgeEach(services, (guarded) => {
      const { service } = guarded;
      const wantedFor = (port: GuardedPort, backend: NodeClass) =>
        wantedOfClients({ publicIpAddresses }, { service, ...port }, port.receivers)(backend);
      const { closed, unknown } = closedPorts(guarded, wantedFor);
      if (closed.length > 0)
        return withHosts(hosts, service, faultOf(service, closed, managedCluster));
      const narrowed = narrowedPorts(guarded, wantedFor);
      const partly = narrowed.length > 0 && narrowedFault(service, narrowed, managedCluster);
      return compacted([
        partly,
        ...unknown.slice(0, 1).map((reason) => ({ subject: service, ...reason })),
      ]);
    }),
);

/** Some of the clients that the Service names get in, and others do not. */
function narrowedFault(
  service: LoadBalancerService,
  narrowed: readonly ClosedPort[],
  managedCluster: Read<ManagedCluster>,
): Fault {
  const name = subjectText(service);
  const deniers = deniersOf(narrowed);
  const who = clientsOf(narrowed);
  return {
    subject: serviceSubject(service),
    severity: 'high',
    title: `NSG blocks some of the clients that ${name} allows`,
    message: `${name} allows clients from ${who}, but the NSGs on its backends drop all their traffic to ${closedPortsText(narrowed)}: ${deniedText(deniers)}. ${anyUnopened(narrowed) ? 'No rule allows it. ' : ''}Their connections time out; the other clients that the Service names get through.`,
    causes: [...closedPortCauses(narrowed), 'some-clients'].toSorted(),
    evidence: { ...closedEvidence(narrowed), clients: who },
    fixes: serviceFixes(service, narrowed, deniers, managedCluster),
  };
}

function clientsOf(closed: readonly ClosedPort[]): string {
  return listed(distinct(closed.flatMap(({ wanted }) => wanted.clients.map(clientsText))));
}

function deniedText(deniers: readonly InboundRule[]): string {
  return itemized(
    deniers.map((each) => `denied by ${ruleText(each)}`),
    4,
  );
}

function faultOf(
  service: LoadBalancerService,
  closed: readonly ClosedPort[],
  managedCluster: Read<ManagedCluster>,
): Fault {
  const name = subjectText(service);
  const deniers = deniersOf(closed);
  const { nodes, all } = closedBackends(closed);
  const some = nodes.length < all;
  const who = clientsOf(closed);
  const missing = anyUnopened(closed);
  const misread = missing && isMisread(service);
  return {
    subject: serviceSubject(service),
    title: some
      ? `NSG blocks client traffic to ${nodes.length} of ${all} backends of ${name}`
      : `NSG blocks all client traffic to ${name}`,
    message: `${name} accepts clients from ${who === 'Internet' ? 'the Internet' : who}, but the NSGs on ${some ? `${nodes.length} of its ${all} backends` : 'its backends'} drop all their traffic to ${closedPortsText(closed)}: ${deniedText(deniers)}. ${missing ? 'No rule allows it. ' : ''}${
      some
        ? 'The load balancer still sends these backends their share of the connections, which time out.'
        : 'Connections time out even though the pods are healthy.'
    }`,
    causes: compacted([...closedPortCauses(closed), misread && 'read-as-internal']),
    evidence: {
      ...closedEvidence(closed),
      clients: who,
      frontends: distinct(closed.flatMap(({ guarded }) => guarded.frontend.text ?? [])),
      floatingIp: closed.every(({ guarded }) => guarded.found.rule.floatingIp),
    },
    fixes: serviceFixes(service, closed, deniers, managedCluster),
  };
}
