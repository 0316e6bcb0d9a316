import { unreadableRule } from '../../load-balancing/index.ts';
import {
  compacted,
  sameName,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
} from '../../model/index.ts';
import { withReconcile } from '../../traffic/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { reconcile } from '../../fixes/service-fixes.ts';
import { cited, distinct, itemized } from '../../fixes/text.ts';
import { askedProbes } from '../../facts/asked-probes.ts';
import { comparedRules, type Comparison, type Drifted } from '../../facts/drifted-rules.ts';

/** Finds rules in Azure whose probe is not the one that follows from the Service. */
export const drift = defineRule(
  {
    id: 'probe/drift',
    title: 'Health probe in Azure differs from the Service spec',
    why: 'It was edited manually, or the cloud provider failed to update it; the next successful reconcile overwrites it.',
    remedy: 'Trigger a reconcile; if it fails, check the Service’s events.',
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
  return compacted([
    unreadable !== undefined && unreadable,
    ...(refused === undefined
      ? unknown
      : [`the cloud provider rejects the Service: ${cited(refused)}`]),
  ]);
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
    `${port === 0 ? 'All ports' : `Port ${port}/${protocol.toUpperCase()}`}${dual ? ` (${family})` : ''}: ${difference.field} is ${difference.azure} instead of ${difference.asked}`;
  const port = service.ports.find(
    (each) => each.port === first.port && sameName(each.protocol, first.protocol),
  );
  const candidate = {
    fix: reconcile(service),
    changes: [withReconcile],
    note: 'Azure’s probes match the Service spec',
  };
  return [
    {
      subject: serviceSubject(service),
      title: `Health probe of ${name} in Azure differs from the Service spec`,
      message: `${itemized(drifted.map(text))}. The probe decides which nodes get new connections, and the next successful reconcile overwrites it: it was edited manually, or the cloud provider failed to update it.`,
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
