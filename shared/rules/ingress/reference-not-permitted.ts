import {
  gatewayRoutes,
  unreadRoutes,
  type CertificateReference,
  type HostRoute,
  type RouteTarget,
  type UnresolvedReferences,
} from '../../facts/index.ts';
import { describeObject, grantReference } from '../../fixes/ingress-fixes.ts';
import { distinct, excerpt, hostNames, hostsText, itemized, kebab } from '../../fixes/text.ts';
import {
  compacted,
  kindAndName,
  listed,
  percent,
  subjectText,
  type Subject,
} from '../../model/index.ts';
import { defineRule, type Fault, type Fix, type Unjudged } from '../rule.ts';

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
    const { routes, unresolved, certificates } = given.gatewayRoutes.value;
    const found = new Map<string, RefusedReferences>();
    const unjudged = new Map<string, Unjudged>();
    const entryOf = (subject: RefusedReferences['subject']): RefusedReferences => {
      const key = kindAndName(subject);
      const entry = found.get(key) ?? { subject, refused: [], secrets: [], said: [] };
      found.set(key, entry);
      return entry;
    };
    const why = 'the ReferenceGrants were not read';
    for (const route of routes)
      for (const target of route.targets) {
        const subject = subjectOf(route.source);
        if (target.permitted === 'no') entryOf(subject).refused.push({ route, target });
        if (target.permitted === 'unknown') unjudged.set(subjectText(subject), { subject, why });
      }
    for (const each of certificates) {
      const subject = subjectOf(each.subject);
      if (each.permitted === 'no') entryOf(subject).secrets.push(each);
      if (each.permitted === 'unknown') unjudged.set(subjectText(subject), { subject, why });
    }
    // A backend that does not exist is a finding of its own.
    for (const each of unresolved)
      if (each.reason !== 'BackendNotFound') entryOf(subjectOf(each.subject)).said.push(each);
    return { faults: [...found.values()].map(faultOf), unknown: [...unjudged.values()] };
  },
);

interface RefusedReferences {
  readonly subject: Subject & { readonly namespace: string };
  readonly refused: { readonly route: HostRoute; readonly target: RouteTarget }[];
  readonly secrets: CertificateReference[];
  readonly said: UnresolvedReferences[];
}

function subjectOf(given: {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}): RefusedReferences['subject'] {
  const { namespace, name } = given;
  switch (given.kind) {
    case 'Gateway':
    case 'GRPCRoute':
      return { kind: given.kind, namespace, name };
    default:
      return { kind: 'HTTPRoute', namespace, name };
  }
}

function faultOf({ subject, refused, secrets, said }: RefusedReferences): Fault {
  const own = subjectText(subject);
  const hosts = distinct(refused.map(({ route }) => route.host));
  const backends = distinct(refused.map(({ target }) => subjectText(target)));
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
  const [named] = [...backends, ...secrets.map(({ secret }) => subjectText(secret))];
  return {
    subject,
    title:
      named === undefined
        ? `References of ${subject.kind} ${own} are not resolved`
        : `${subject.kind} ${own} is not permitted to refer to ${named}`,
    message: [granted, secretsText(own, secrets), status].filter((text) => text !== '').join(' '),
    causes: distinct(
      compacted([
        named !== undefined && 'not-granted',
        ...said.map(({ reason }) => kebab(reason) || 'not-resolved'),
      ]),
    ),
    evidence: {
      hosts: hostNames(hosts),
      references: [
        ...refused.map(({ route, target }) => ({
          host: route.host || '*',
          path: route.path,
          to: kindAndName(target),
          part: target.part ?? 0,
        })),
        ...secrets.map(({ listener, secret }) => ({
          listener,
          to: `Secret ${subjectText(secret)}`,
        })),
      ],
      status: words,
    },
    fixes: [...grants(subject, refused, secrets), describeObject(subject)],
  };
}

function secretsText(own: string, secrets: RefusedReferences['secrets']): string {
  if (secrets.length === 0) return '';
  const listeners = distinct(secrets.map(({ listener }) => listener));
  const names = distinct(secrets.map(({ secret }) => subjectText(secret)));
  return `${listeners.length === 1 ? 'Listener' : 'Listeners'} ${listed(listeners, 4)} of Gateway ${own} ${listeners.length === 1 ? 'serves' : 'serve'} no requests: no ReferenceGrant permits the Gateway to use ${itemized(names, 4)}.`;
}

function grants(
  subject: RefusedReferences['subject'],
  refused: RefusedReferences['refused'],
  secrets: RefusedReferences['secrets'],
): readonly Fix[] {
  const [first] = [
    ...refused.map(({ target }) => target),
    ...secrets.map(({ secret }) => ({ kind: 'Secret', ...secret })),
  ];
  return first === undefined ? [] : [grantReference(subject, first)];
}
