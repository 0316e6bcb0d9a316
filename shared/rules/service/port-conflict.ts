import {
  compareText,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type ServicePort,
} from '../../model/index.ts';
import { unjudged } from '../../facts/index.ts';
import { defineRule, portEvidence, type Fault } from '../rule.ts';
import { lookAtEvents } from '../../fixes/service-fixes.ts';
import { dropAddressPins, hasAddressPin, recreateService } from '../../fixes/service-spec-fixes.ts';
import { itemized } from '../../fixes/text.ts';
import { groupsOf } from '../../facts/groups.ts';
import { portClaims, type PortClaim } from '../../facts/port-claims.ts';

/** Finds Services that want a port of an address which another Service holds already. */
export const portConflict = defineRule(
  {
    id: 'service/port-conflict',
    title: 'Two Services use the same port of the same IP address',
    why: 'Each port of an address can be used once: the second Service fails completely, including its other ports.',
    remedy: 'Use another port or another address for one of the two.',
    severity: 'high',
    source: "Azure's cloud provider: load balancer, resource conflicts",
  },
  { needs: ['services', portClaims] },
  ({ portClaims: { claims, unjudged: blind, holders } }) => {
    const groups = groupsOf(claims, keyOf);
    // Which of them holds the port is for Azure's rules to say.
    if (holders !== undefined)
      return {
        faults: [],
        unknown: [...blind, ...unjudged(groups.flatMap(rivals), holders)],
      };
    const contested = groups.flatMap(lost);
    const bySubject = groupsOf(contested, ({ service }) => subjectText(service));
    return {
      faults: bySubject
        .toSorted(([a], [b]) => compareText(subjectText(a.service), subjectText(b.service)))
        .map((each) => faultOf(each[0].service, each)),
      unknown: blind,
    };
  },
);

function keyOf({ address, port }: PortClaim): string {
  return `${address} ${port.protocol} ${port.port}`;
}

/** Services that want one port of an address, where there are several. */
function rivals(claims: readonly PortClaim[]): readonly LoadBalancerService[] {
  const services = new Set(claims.map(({ service }) => service));
  return services.size > 1 ? [...services] : [];
}

interface Contested {
  readonly service: LoadBalancerService;
  readonly port: ServicePort;
  readonly address: string;
  readonly heldBy: string;
}

/** All but one of the Services that want a port of an address: the one with the rule in Azure holds it, else the oldest. */
function lost(claims: readonly PortClaim[]): readonly Contested[] {
  const [holder, ...others] = claims.toSorted(
    (a, b) =>
      Number(b.inAzure) - Number(a.inAzure) ||
      compareText(a.service.createdAt ?? '~', b.service.createdAt ?? '~') ||
      compareText(subjectText(a.service), subjectText(b.service)),
  );
  return holder === undefined
    ? []
    : others
        .filter(({ service }) => service !== holder.service)
        .map(({ service, port, address }) => ({
          service,
          port,
          address,
          heldBy: subjectText(holder.service),
        }));
}

function faultOf(service: LoadBalancerService, contested: readonly Contested[]): Fault {
  const name = subjectText(service);
  const ports = [
    ...new Map(contested.map((each) => [`${each.port.port}/${each.port.protocol}`, each])),
  ];
  return {
    subject: serviceSubject(service),
    title: `${name} uses ${ports.length === 1 ? 'a port' : 'ports'} that another Service already uses`,
    message: `The cloud provider cannot reconcile ${name}: ${itemized(ports.map(([port, { address, heldBy }]) => `${port} of ${address} is used by ${heldBy}`))}.`,
    causes: ['port-taken'],
    evidence: {
      ports: ports.map(([, { port, address, heldBy }]) => ({
        ...portEvidence(port),
        address,
        heldBy,
      })),
    },
    fixes: [
      hasAddressPin(service) ? dropAddressPins(service) : recreateService(service),
      lookAtEvents(service),
    ],
  };
}
