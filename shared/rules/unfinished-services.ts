import { compacted, subjectText, valueOr, type Reason, type ServiceName } from '../model/index.ts';
import { derived } from '../facts/index.ts';
import { refusals } from './refusals.ts';
import { noAddress } from './service/no-address.ts';

/** Whether the cloud provider has finished a Service, as far as findings say; `unknown` = one of these could not be judged. */
export type Unfinished =
  /** Rules whose findings say so. */
  | { readonly kind: 'yes'; readonly by: readonly string[] }
  | { readonly kind: 'no' }
  | { readonly kind: 'unknown'; readonly reason: Reason };

/**
 * Services of which a `service/…` finding says that or why the cloud provider has not finished
 * them. What is missing in Azure is then no finding of its own.
 */
export const unfinishedServices = derived(
  'unfinishedServices',
  { needs: [], helps: [refusals, noAddress.outcome, 'services'] },
  ({ refusals: refused, [noAddress.meta.id]: waiting, services }) => {
    const pending = new Set(
      valueOr(services, [])
        .filter(({ ingressIps }) => ingressIps.length === 0)
        .map(subjectText),
    );
    const addressless = new Set(
      waiting?.kind === 'read'
        ? waiting.value.faults.map(({ subject }) => subjectText(subject))
        : [],
    );
    return (service: ServiceName): Unfinished => {
      const name = subjectText(service);
      if (refused.kind === 'unread') return { kind: 'unknown', reason: refused };
      const { ofService, all, anyDoubtOf, doubtOf } = refused.value;
      const by = compacted([
        addressless.has(name) && noAddress.meta.id,
        ...((pending.has(name) ? all : ofService).get(name) ?? []),
      ]);
      if (by.length > 0) return { kind: 'yes', by };
      // Of one without an address any doubt is also one about the finding that it has none.
      const reason = pending.has(name) ? anyDoubtOf(service) : doubtOf(service);
      return reason === undefined ? { kind: 'no' } : { kind: 'unknown', reason };
    };
  },
);
