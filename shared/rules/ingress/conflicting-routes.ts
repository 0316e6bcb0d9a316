import {
  claimOf,
  gatewayRoutes,
  ingressRoutes,
  readRoutings,
  unreadRoutes,
  type EntryPoint,
  type HostRoute,
  type ApiRouting,
} from '../../facts/index.ts';
import { groupsOf } from '../../facts/groups.ts';
import { deleteObject, editObject } from '../../fixes/ingress-fixes.ts';
import { distinct, itemized } from '../../fixes/text.ts';
import { compareAge } from '../../load-balancing/index.ts';
import { kindAndName } from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';

/** Finds Ingresses and routes that claim a host and path which an older one of the same entry point has. */
export const conflictingRoutes = defineRule(
  {
    id: 'ingress/conflicting-routes',
    title: 'Two routes claim the same host and path',
    why: 'Only the older route receives requests; the other route’s backends receive none.',
    remedy: 'Remove one of the two, or use different paths.',
    severity: 'medium',
    source: 'Gateway API: HTTPRouteRule, matches; ingress-nginx: the oldest rule wins',
  },
  { needs: [], helps: [ingressRoutes, gatewayRoutes] },
  (given) => ({
    faults: readRoutings(given).flatMap(conflictsOf),
    unknown: unreadRoutes(given),
  }),
);

interface RouteConflict {
  readonly loser: HostRoute;
  readonly winner: HostRoute;
  readonly entryPoint: EntryPoint;
}

function conflictsOf({ routes, entryPoints }: ApiRouting): readonly Fault[] {
  const points = new Map(entryPoints.map((each) => [each.id, each]));
  const claims = groupsOf(
    routes.filter(({ canary }) => canary === undefined),
    claimOf,
  );
  const conflicts = claims.flatMap((same): readonly RouteConflict[] => {
    if (same.length < 2) return [];
    const [winner, ...others] = same.toSorted((a, b) => compareAge(a.source, b.source));
    const entryPoint = points.get(winner?.entryPoint ?? '');
    if (winner === undefined || entryPoint === undefined) return [];
    return others
      .filter(({ source }) => kindAndName(source) !== kindAndName(winner.source))
      .map((loser) => ({ loser, winner, entryPoint }));
  });
  return groupsOf([...conflicts, ...canariesTooMany(routes, points)], ({ loser }) =>
    kindAndName(loser.source),
  ).map(faultOf);
}

/** Beside one backend only the oldest canary counts. */
function canariesTooMany(
  routes: readonly HostRoute[],
  points: ReadonlyMap<string, EntryPoint>,
): readonly RouteConflict[] {
  return routes.flatMap((loser): readonly RouteConflict[] => {
    if (loser.canary?.kind !== 'second') return [];
    const oldest = kindAndName(loser.canary.oldest);
    const winner = routes.find(
      ({ canary, source }) => canary?.kind === 'takes' && kindAndName(source) === oldest,
    );
    const entryPoint = points.get(loser.entryPoint);
    if (winner === undefined || entryPoint === undefined || oldest === kindAndName(loser.source))
      return [];
    return [{ loser, winner, entryPoint }];
  });
}

function faultOf(conflicts: readonly [RouteConflict, ...RouteConflict[]]): Fault {
  const [{ loser, winner, entryPoint }] = conflicts;
  const same = conflicts.every((each) => backendsOf(each.loser) === backendsOf(each.winner));
  const known = entryPoint.kind === 'Gateway' || entryPoint.controller.nginx === true;
  const places = distinct(conflicts.map((each) => placeOf(each.loser)));
  const winners = distinct(conflicts.map((each) => kindAndName(each.winner.source)));
  const outcome = known
    ? `The older one takes precedence: ${itemized(winners, 3)} ${winners.length === 1 ? 'receives' : 'receive'} the requests, ${kindAndName(loser.source)} none.`
    : `Which one receives the requests depends on ${entryPoint.controller.product}.`;
  return {
    subject: {
      kind: loser.source.kind,
      namespace: loser.source.namespace,
      name: loser.source.name,
    },
    severity: same ? 'low' : 'medium',
    title:
      `${placeOf(loser).slice(0, 60)} is claimed by ${kindAndName(loser.source)} and an older route`.slice(
        0,
        160,
      ),
    message: `${kindAndName(loser.source)} and ${itemized(winners, 3)} claim the same requests at ${entryPoint.id}: ${itemized(places, 5)}. ${outcome}${same ? ' Both have the same backends.' : ''}`,
    causes: [same ? 'same-backends' : known ? 'older-route-wins' : 'order-not-known'],
    evidence: {
      entryPoint: entryPoint.id,
      claims: conflicts.map((each) => ({
        host: each.loser.host || '*',
        path: each.loser.path,
        wins: kindAndName(each.winner.source),
        winnerCreatedAt: each.winner.source.createdAt ?? 'not known',
        createdAt: each.loser.source.createdAt ?? 'not known',
      })),
    },
    fixes: [
      editObject(loser.source, 'Use a different host or path for the newer route', [
        'clients must use the new host or path',
      ]),
      deleteObject(winner.source, 'Remove the older route', [
        'the newer route takes over, and everything else that the older one serves is removed',
      ]),
    ],
  };
}

function placeOf({ host, path, pathType, also }: HostRoute): string {
  return `${host || '*'}${path}${pathType === 'Exact' ? ' (exact)' : ''}${also === undefined ? '' : ` (${also})`}`;
}

function backendsOf({ targets, redirects }: HostRoute): string {
  return JSON.stringify([
    redirects,
    ...targets.map(({ kind, namespace, name, port, part }) => [kind, namespace, name, port, part]),
  ]);
}
