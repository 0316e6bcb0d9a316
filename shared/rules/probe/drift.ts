import { unreadableRule } from '../../load-balancing/index.ts';
import type { LoadBalancerService } from '../../model/index.ts';
import { withExpectedProbes } from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import type { Fault } from '../rule.ts';
import { reconcile } from '../../fixes/service-fixes.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { cited, distinct, itemized } from '../../fixes/text.ts';
import { askedProbes } from '../../facts/asked-probes.ts';
import { comparedRules, type Comparison, type Drifted } from '../../facts/drifted-rules.ts';

/** Finds rules in Azure whose probe is not the one that follows from the Service. */
export const drift = defineRule(
  {
    id: 'probe/drift',
    title: 'Health probe in Azure differs from the Service spec',
    why: 'Somebody changed it by hand, or the cloud provider fails to write it; the next reconcile that works overwrites it.',
    remedy: 'Make the cloud provider reconcile the Service; if that fails, its events say why.',
    severity: 'medium',
    source: "Azure's cloud provider: load balancer, custom health probes",
  },
  {
    needs: ['services', 'loadBalancers', askedProbes, comparedRules],
    fixes: [remedies],
  },
  ({
    loadBalancers,
    askedProbes: { unknown },
    comparedRules: compared,
    remedies: { withOutcome },
  }) => ({
    faults: compared.flatMap(({ service, drifted }) => faultsOf(service, drifted, withOutcome)),
    unknown: [
      ...unknown,
      ...compared.flatMap(({ service, ...each }) =>
        reasonsOf(each, unreadableRule(loadBalancers, service)).map((why) => ({
          subject: service,
          why,
        })),
      ),
    ],
  }),
);

function reasonsOf(
  { unknown, refused }: Comparison,
  unreadable: string | undefined,
): readonly string[] {
  return [
    ...(unreadable === undefined ? [] : [unreadable]),
    ...(refused === undefined
      ? unknown
      : [`the cloud provider refuses the Service: ${cited(refused)}`]),
  ];
}

function faultsOf(
  service: LoadBalancerService,
  drifted: readonly Drifted[],
  withOutcome: Remedies['withOutcome'],
): readonly Fault[] {
  const [first] = drifted;
  if (first === undefined) return [];
  const name = subjectText(service);
  const dual = service.ipFamilies.length > 1;
  const text = ({ port, protocol, family, differences: [difference] }: Drifted): string =>
    `${port === 0 ? 'all ports' : `port ${port}/${protocol.toUpperCase()}`}${dual ? ` (${family})` : ''}: the ${difference.field} is ${difference.azure} and not ${difference.asked}`;
  const port = service.ports.find((each) => each.port === first.port);
  const candidate = {
    fix: reconcile(service),
    changes: [withExpectedProbes],
    note: 'Azure’s probes match the Service spec',
  };
  return [
    {
      subject: serviceSubject(service),
      title: `Azure probes ${name} otherwise than it asks for`,
      message: `What Azure asks decides which nodes get new connections, and the next reconcile changes it: somebody edited a probe by hand, or the cloud provider could not write it. ${itemized(drifted.map(text))}.`,
      causes: distinct(
        drifted.flatMap(({ differences }) => differences.map(({ field }) => `probe-${field}`)),
      ),
      evidence: {
        rules: drifted.map(({ rule, differences }) => ({
          rule,
          differences: differences.map(({ field, asked, azure }) => ({ field, asked, azure })),
        })),
      },
      fixes: [withOutcome(service, candidate, port)],
    },
  ];
}
