import {
  gatewayRoutes,
  ingressRoutes,
  readRoutings,
  unreadRoutes,
  type Unserved,
  type UnservedCode,
} from '../../facts/index.ts';
import { describeObject, editObject, lookAtClasses } from '../../fixes/ingress-fixes.ts';
import { excerpt, hostNames, hostsText } from '../../fixes/text.ts';
import { subjectText, type Subject } from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';

/** Finds Ingresses, Gateways and routes that no controller serves, accepts or has programmed. */
export const unserved = defineRule(
  {
    id: 'ingress/unserved',
    title: 'No controller serves an Ingress, Gateway or route',
    why: 'Requests for its hosts fail or return 404.',
    remedy: 'Use a class or parent that exists and accepts it, or install its controller.',
    severity: 'high',
    source: 'Gateway API: conditions Accepted and Programmed; Kubernetes: IngressClass',
  },
  { needs: [], helps: [ingressRoutes, gatewayRoutes] },
  (given) => {
    const read = readRoutings(given);
    return {
      faults: read.flatMap((each) => each.unserved.map(faultOf)),
      unknown: [...unreadRoutes(given), ...read.flatMap(({ undecided }) => undecided)],
    };
  },
);

const reasons: Readonly<Record<UnservedCode, (by: string) => string>> = {
  'class-missing': (by) => `class ${by || 'with that name'} does not exist`,
  'no-class': () => 'it has no class, and no controller has assigned it an address',
  'canary-alone': () => 'it is a canary, and no other Ingress has its host, path and path type',
  'controller-missing': (by) => `the controller of class ${by} is not running in this cluster`,
  'class-not-accepted': (by) => `no controller has accepted GatewayClass ${by}`,
  'not-accepted': (by) => `${acceptorText(by)} has not accepted it`,
  'not-programmed': (by) => `the controller of class ${by} has not programmed it`,
  'listener-not-programmed': () => 'some of its listeners are not programmed',
  'parent-missing': (by) => `Gateway ${by} does not exist`,
  'not-attached': (by) => `no listener of Gateway ${by} accepts it`,
};

/** A Gateway of a route, or the class of a Gateway. */
function acceptorText(by: string): string {
  return by.includes('/') ? `Gateway ${by}` : `the controller of class ${by}`;
}

function faultOf({ subject, code, by, message, hosts, harmless = false }: Unserved): Fault {
  const own = subjectText(subject);
  const kind = kindOf(subject.kind);
  const said = message === undefined ? '' : ` Status: ${excerpt(message)}`;
  const part = code === 'listener-not-programmed';
  return {
    subject: { kind, namespace: subject.namespace, name: subject.name },
    ...(harmless && { severity: 'low' as const }),
    title: part
      ? `Listeners of Gateway ${own} are not programmed`
      : `${kind} ${own} is not served: ${reasons[code](by)}`.slice(0, 160),
    message: `${part ? 'Some hosts' : harmless ? `No requests for ${hostsText(hosts)}` : `Requests for ${hostsText(hosts)}`} are ${harmless ? '' : 'not '}served by ${kind} ${own} because ${reasons[code](by)}.${said.replace(/[.\s]*$/u, said === '' ? '' : '.')}`,
    causes: [code],
    evidence: {
      hosts: hostNames(hosts),
      by,
      ...(message !== undefined && { status: excerpt(message) }),
    },
    fixes: [
      describeObject(subject),
      editObject(subject, 'Correct its class, parent or listener', [
        'requests for its hosts then go to the new target',
      ]),
      lookAtClasses(),
    ],
  };
}

function kindOf(kind: string): Subject['kind'] {
  switch (kind) {
    case 'Gateway':
    case 'HTTPRoute':
    case 'GRPCRoute':
      return kind;
    default:
      return 'Ingress';
  }
}
