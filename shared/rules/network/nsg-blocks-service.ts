import { clientsText } from '../../load-balancing/index.ts';
import { wantedOfClients, type Unjudged } from '../../facts/index.ts';
import {
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
  trafficNeeds,
  type ClosedPort,
} from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { withHosts } from '../hosts-behind.ts';
import type { Fault } from '../rule.ts';
import { distinct, itemized, listed } from '../../fixes/text.ts';
import {
  backendsOf,
  causesOf,
  deniersOf,
  evidenceOf,
  portsOf,
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
    title: 'A network security group keeps the clients of a Service out',
    why: 'Packets are dropped before they reach a node: connections time out although pods and probes are well.',
    remedy:
      'Let the clients in before the rule that denies, or have the missing rule written again.',
    severity: 'critical',
    source: "Azure: network security groups; Azure's cloud provider: access control",
  },
  {
    needs: [...trafficNeeds, 'securityGroups', guardedServices],
    helps: ['managedCluster', 'publicIpAddresses'],
    fixes: [hostsOfServices],
  },
  ({ guardedServices: services, managedCluster, publicIpAddresses, hostsOfServices: hosts }) => {
    const faults: Fault[] = [];
    const unjudged: Unjudged[] = [];
    for (const guarded of services) {
      const { service } = guarded;
      const { closed, unknown } = closedPorts(guarded, (port, backend) =>
        wantedOfClients({ publicIpAddresses }, { service, ...port }, port.takers)(backend),
      );
      if (closed.length > 0)
        faults.push(withHosts(hosts, service, faultOf(service, closed, managedCluster)));
      else unjudged.push(...unknown.slice(0, 1).map((why) => ({ subject: service, why })));
    }
    return { faults, unknown: unjudged };
  },
);

function faultOf(
  service: LoadBalancerService,
  closed: readonly ClosedPort[],
  managedCluster: Read<ManagedCluster>,
): Fault {
  const name = subjectText(service);
  const deniers = deniersOf(closed);
  const { nodes, all } = backendsOf(closed);
  const some = nodes.length < all;
  const who = listed(distinct(closed.flatMap(({ wanted }) => wanted.clients.map(clientsText))));
  const missing = anyUnopened(closed);
  const misread = missing && isMisread(service);
  return {
    subject: serviceSubject(service),
    title: some
      ? `A network security group closes ${nodes.length} of ${all} backends of ${name}`
      : `A network security group lets no client of ${name} in`,
    message: `${name} is for ${who}, and no packet from there to ${portsOf(closed)} passes the network security groups before ${some ? `${nodes.length} of its ${all} backends` : 'its backends'}: ${itemized(
      deniers.map((each) => `${ruleText(each)} denies it`),
      4,
    )}. ${missing ? 'There is no rule that lets it in. ' : ''}${
      some
        ? 'The load balancer does not know, and sends them their part of the connections: these time out.'
        : 'Connections time out, however well the pods are.'
    }`,
    causes: [...causesOf(closed), ...(misread ? ['read-as-internal'] : [])],
    evidence: {
      ...evidenceOf(closed),
      clients: who,
      frontends: distinct(closed.flatMap(({ guarded }) => guarded.frontend.text ?? [])),
      floatingIp: closed.every(({ guarded }) => guarded.found.rule.floatingIp),
    },
    fixes: serviceFixes(service, closed, deniers, managedCluster),
  };
}
