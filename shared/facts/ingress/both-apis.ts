import {
  compacted,
  reasonOf,
  reasonOfAll,
  valueOr,
  type Read,
  type Reason,
} from '../../model/index.ts';
import type { ApiRouting } from './types.ts';

interface Routings {
  readonly ingressRoutes: Read<ApiRouting>;
  readonly gatewayRoutes?: Read<ApiRouting>;
}

/** What was read of Ingresses, and of the Gateway API. */
export function readRoutings(given: Required<Routings>): readonly ApiRouting[] {
  return [given.ingressRoutes, given.gatewayRoutes].flatMap(
    (each) => valueOr(each, undefined) ?? [],
  );
}

/** The two APIs that routes are of, by what people save of them. */
const names = {
  ingressRoutes: 'Ingresses',
  gatewayRoutes: 'Gateway API objects',
} as const;

/** Why routes of one API or both were not read, a line each; those that nobody saved are one line. */
export function unreadRoutes(given: Partial<Routings>): readonly Reason[] {
  const unread = (['ingressRoutes', 'gatewayRoutes'] as const).flatMap((api) => {
    const routing = given[api];
    return routing?.kind === 'unread' ? [{ api, reason: reasonOf(routing) }] : [];
  });
  const unsaved = unread.filter(({ reason }) => reason.why.includes(': not saved;'));
  const all = reasonOfAll(unsaved.map(({ reason }) => reason));
  return compacted([
    ...unread.filter((each) => !unsaved.includes(each)).map(({ reason }) => reason),
    all !== undefined &&
      reasonOf(all, `${unsaved.map(({ api }) => names[api]).join(' and ')} were not saved`),
  ]);
}
