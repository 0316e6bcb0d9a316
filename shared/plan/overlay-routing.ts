import { valueOr, type ClusterSnapshot, type Read } from '../model/index.ts';
import { same, specOf } from './fields.ts';
import { titleOf, type RoutingKind, type Wanted } from './object-kinds.ts';
import { find, put, type Listed, type NamedRow } from './rows.ts';
import type { ManifestStep } from './step.ts';

/** Objects that are replaced whole: what is in them are lists, which apply does not merge. */
const slices = {
  NetworkPolicy: 'networkPolicies',
  Ingress: 'ingresses',
  IngressClass: 'ingressClasses',
  GatewayClass: 'gatewayClasses',
  Gateway: 'gateways',
  HTTPRoute: 'httpRoutes',
  GRPCRoute: 'grpcRoutes',
  ReferenceGrant: 'referenceGrants',
} as const satisfies Record<RoutingKind, Listed>;

/** NetworkPolicies, Ingresses and objects of the Gateway API. */
export function overlayRouting(
  snapshot: ClusterSnapshot,
  wanted: Extract<Wanted, { kind: RoutingKind }>,
): ManifestStep {
  const { kind, namespace, name, place, parsed } = wanted;
  const slice = slices[kind];
  const rows: Read<readonly NamedRow[]> = snapshot[slice];
  if (rows.kind === 'unread')
    return {
      snapshot,
      unknown: [`${titleOf(wanted)}: ${slice} were not read, so that it is not planned`],
    };
  const live = find(rows, wanted);
  const next = live === undefined ? planned(snapshot, wanted) : withStatus(parsed, live);
  const changed = !same(live, next);
  const action = live === undefined ? 'create' : changed ? 'update' : 'unchanged';
  const makesService = kind === 'Gateway' && live === undefined;
  return {
    snapshot: changed ? put(snapshot, slice, next, wanted) : snapshot,
    change: {
      kind,
      ...(namespace !== '' && { namespace }),
      name,
      action,
      place,
      fields: [],
      notes: makesService
        ? ['the load balancer Service that its controller makes for it is not planned']
        : [],
    },
  };
}

/** A new Gateway of a class that is there has yet to be accepted by its controller. */
function planned(
  snapshot: ClusterSnapshot,
  { kind, raw, parsed }: Extract<Wanted, { kind: RoutingKind }>,
): object {
  const spec = specOf(raw);
  const served = valueOr(snapshot.gatewayClasses, []).some(
    ({ name }) => name === spec['gatewayClassName'],
  );
  return kind === 'Gateway' && served ? { ...parsed, createdAt: snapshot.takenAt } : parsed;
}

/** A manifest says nothing of what the controllers wrote: that stays. */
function withStatus(next: object, live: object): object {
  const status = ['addresses', 'parentStatuses', 'conditions', 'createdAt', 'deleting'];
  const kept = Object.entries(live).filter(([key]) => status.includes(key));
  return { ...next, ...Object.fromEntries(kept) };
}
