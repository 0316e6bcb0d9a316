import {
  gatewayRoutes,
  unreadRoutes,
  type HostRoute,
  type RouteTarget,
  type Unresolved,
} from '../../facts/index.ts';
import { describeObject, grantReference } from '../../fixes/ingress-fixes.ts';
import {
  distinct,
  excerpt,
  hostNames,
  hostsText,
  itemized,
  kebab,
  percent,
} from '../../fixes/text.ts';
import { subjectText, type Subject } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix, Unjudged } from '../rule.ts';

/** Finds routes and Gateways whose references into other namespaces are not granted, or cannot be resolved. */
export const referenceNotPermitted = defineRule(
  {
    id: 'ingress/reference-not-permitted',
    title: 'Reference of a route or Gateway is not permitted or not resolved',
    why: 'Requests for such a backend fail with 500; a listener without its certificate serves no requests.',
    remedy: 'Create a ReferenceGrant in the target namespace, or correct the reference.',
    severity: 'high',
    source: 'Gateway API: ReferenceGrant, condition ResolvedRefs',
  },
  { needs: [], helps: [gatewayRoutes] },
  (given) => {
    if (given.gatewayRoutes.kind === 'unread') return { faults: [], unknown: unreadRoutes(given) };
    const { routes, unresolved } = given.gatewayRoutes.value;
    const found = new Map<string, Found>();
    const unjudged = new Map<string, Unjudged>();
    const entryOf = (subject: Found['subject']): Found => {
      const key = JSON.stringify([subject.kind, subject.namespace, subject.name]);
      const entry = found.get(key) ?? { subject, refused: [], said: [] };
      found.set(key, entry);
      return entry;
    };
    for (const route of routes)
      for (const target of route.targets) {
        if (target.permitted === 'no')
          entryOf(subjectOf(route.source)).refused.push({ route, target });
        if (target.permitted === 'unknown')
          unjudged.set(subjectText(route.source), {
            subject: route.source,
            why: 'the ReferenceGrants were not read',
          });
      }
    // A backend that does not exist is a finding of its own.
    for (const each of unresolved)
      if (each.reason !== 'BackendNotFound') entryOf(subjectOf(each.subject)).said.push(each);
    return { faults: [...found.values()].map(faultOf), unknown: [...unjudged.values()] };
  },
);

interface Found {
  readonly subject: Subject & { readonly namespace: string };
  readonly refused: { readonly route: HostRoute; readonly target: RouteTarget }[];
  readonly said: Unresolved[];
}

function subjectOf(given: {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}): Found['subject'] {
  const { namespace, name } = given;
  switch (given.kind) {
    case 'Gateway':
    case 'GRPCRoute':
      return { kind: given.kind, namespace, name };
    default:
      return { kind: 'HTTPRoute', namespace, name };
  }
}

function faultOf({ subject, refused, said }: Found): Fault {
  const own = subjectText(subject);
  const hosts = distinct(refused.map(({ route }) => route.host));
  const backends = distinct(refused.map(({ target }) => `${target.namespace}/${target.name}`));
  const worst = Math.max(0, ...refused.map(({ target }) => target.part ?? 0));
  const words = distinct(
    said.map(({ listener, reason, message }) =>
      excerpt(
        `${listener === undefined ? '' : `listener ${listener}: `}${reason}${message && `: ${message}`}`,
      ),
    ),
  );
  const granted =
    refused.length > 0
      ? `${subject.kind} ${own} sends ${worst === 0 ? 'none' : percent(worst)} of its requests for ${hostsText(hosts)} on the affected paths to ${itemized(backends, 4)}, but no ReferenceGrant in that namespace permits it: they fail with 500.`
      : '';
  const status =
    words.length > 0
      ? `The controller could not resolve references of ${subject.kind} ${own}: ${itemized(words, 3).replace(/\.$/u, '')}.`
      : '';
  return {
    subject,
    title:
      refused.length > 0
        ? `${subject.kind} ${own} is not permitted to refer to ${backends[0] ?? 'its backend'}`
        : `References of ${subject.kind} ${own} are not resolved`,
    message: [granted, status].filter((text) => text !== '').join(' '),
    causes: distinct([
      ...(refused.length > 0 ? ['not-granted'] : []),
      ...said.map(({ reason }) => kebab(reason) || 'not-resolved'),
    ]),
    evidence: {
      hosts: hostNames(hosts),
      references: refused.map(({ route, target }) => ({
        host: route.host || '*',
        path: route.path,
        to: `${target.kind} ${target.namespace}/${target.name}`,
        part: target.part ?? 0,
      })),
      status: words,
    },
    fixes: [...grants(subject, refused), describeObject(subject)],
  };
}

function grants(subject: Found['subject'], refused: Found['refused']): readonly Fix[] {
  const [first] = refused;
  return first === undefined ? [] : [grantReference(subject, first.target)];
}
