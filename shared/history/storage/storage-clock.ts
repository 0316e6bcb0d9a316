import type { TableClient } from '@azure/data-tables';

/** Less may be the way of an answer, and the second to which its date is cut. */
const leastMs = 60_000;

/** What time it is at a storage service, by the `Date` of its answers. */
export interface StorageClock {
  /** Notes the date of each answer of a client. */
  readonly policy: Parameters<TableClient['pipeline']['addPolicy']>[0];
  /** How far the service was ahead of this host at its last answer, in ms; negative = behind, 0 = less than a minute. */
  readonly aheadMs: () => number;
}

export function storageClock(): StorageClock {
  let aheadMs = 0;
  return {
    aheadMs: () => aheadMs,
    policy: {
      name: 'storageClock',
      async sendRequest(request, next) {
        const response = await next(request);
        const ahead = Date.parse(response.headers.get('date') ?? '') - Date.now();
        if (!Number.isNaN(ahead)) aheadMs = Math.abs(ahead) < leastMs ? 0 : ahead;
        return response;
      },
    },
  };
}
