import type { Read } from '../../model/index.ts';
import type { Routing } from './types.ts';

interface Routings {
  readonly ingressRoutes: Read<Routing>;
  readonly gatewayRoutes?: Read<Routing>;
}

/** The two APIs that routes are of, by what people save of them. */
const names = {
  ingressRoutes: 'Ingresses',
  gatewayRoutes: 'Gateway API objects',
} as const;

/** Why routes of one API or both were not read, a line each; those that nobody saved are one line. */
export function unreadRoutes(given: Partial<Routings>): readonly string[] {
  const unread = (['ingressRoutes', 'gatewayRoutes'] as const).flatMap((api) => {
    const routing = given[api];
    return routing?.kind === 'unread' ? [{ api, why: routing.why }] : [];
  });
  const unsaved = unread.filter(({ why }) => why.includes(': not saved;'));
  return [
    ...unread.filter((each) => !unsaved.includes(each)).map(({ why }) => why),
    ...(unsaved.length === 0
      ? []
      : [`${unsaved.map(({ api }) => names[api]).join(' and ')} were not saved`]),
  ];
}
