import { annotationPrefix, isTrue } from '../../load-balancing/index.ts';
import {
  listed,
  percent,
  serviceSubject,
  subjectText,
  valueOr,
  type LoadBalancerService,
  type Read,
} from '../../model/index.ts';
import { severalLoadBalancers } from '../../facts/cluster-sku.ts';
import {
  lostPart,
  tolerance,
  traffic,
  withoutAnnotations,
  type ServiceTraffic,
} from '../../traffic/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { removeServiceAnnotations } from '../../fixes/service-fixes.ts';
import {
  askedProbe,
  askedProbes,
  probeText,
  without,
  type AskedPort,
  type AskingService,
} from '../../facts/asked-probes.ts';

/** Finds ports whose probe an annotation takes away, so that Azure sends to every member of the pool. */
export const disabled = defineRule(
  {
    id: 'probe/disabled',
    title: 'Health probe is disabled by an annotation',
    why: 'Without a probe Azure sends connections to every pool member, including dead nodes and, with Local, nodes without a pod.',
    remedy: 'Remove the annotation to restore the probe.',
    severity: 'medium',
    source: "Azure's cloud provider: custom health probes",
  },
  {
    needs: ['services', 'loadBalancers', askedProbes],
    helps: [traffic, severalLoadBalancers],
    fixes: [remedies],
  },
  ({ askedProbes: { services, unknown }, ...around }) => ({
    faults: services.flatMap((each) => faultsOf(each, around)),
    unknown,
  }),
);

interface UnprobedPort {
  readonly port: number;
  readonly protocol: string;
  readonly key: string;
  /** The probe that the port would have. */
  readonly probe: string;
  readonly lost: number | undefined;
}

interface ProbeEffects {
  readonly severalLoadBalancers: Read<boolean>;
  readonly traffic: Read<readonly ServiceTraffic[]>;
  readonly remedies: Remedies;
}

/** Where one rule is for all ports the annotation is not read. */
function faultsOf(asking: AskingService, around: ProbeEffects): readonly Fault[] {
  if (asking.allPorts) return [];
  const ports = asking.ports.flatMap((each) => unprobed(each, asking, around));
  const [first] = ports;
  return first === undefined ? [] : [faultOf(asking.service, ports, first, around)];
}

/** A port that would have no probe anyhow, such as UDP under Cluster, loses nothing by the annotation. */
function unprobed(
  { port }: AskedPort,
  { service, settings }: AskingService,
  { traffic: ports }: ProbeEffects,
): readonly UnprobedPort[] {
  const name = `port_${port.port}_no_probe_rule`;
  if (!isTrue(service.annotations, name)) return [];
  const key = `${annotationPrefix}${name}`;
  const asked = askedProbe(port, without(service, [key]), settings);
  if (asked.kind === 'none') return [];
  const probe = asked.kind === 'probe' ? probeText(asked.probe) : 'none: its settings are invalid';
  return [{ ...port, key, probe, lost: lostPart(ports, service, port) }];
}

function faultOf(
  service: LoadBalancerService,
  ports: readonly UnprobedPort[],
  first: UnprobedPort,
  { remedies: { withOutcome }, severalLoadBalancers: several }: ProbeEffects,
): Fault {
  const name = subjectText(service);
  const local = service.externalTrafficPolicy === 'Local';
  const where = listed(ports.map(({ port, protocol }) => `${port}/${protocol}`));
  const parts = ports.flatMap((each) => each.lost ?? []);
  const lost = Math.max(0, ...parts);
  const now =
    lost > tolerance
      ? ` Currently ${percent(lost)} of them are lost.`
      : ' Currently every member can serve them.';
  // With several load balancers the pool of a Local Service has the nodes of its pods alone.
  const ownPool = local && valueOr(several, false);
  const effect =
    local && !ownPool
      ? 'including nodes without a pod, which drop them with Local'
      : `including dead nodes${ownPool ? ' and nodes whose pods are not ready' : ''}`;
  const keys = ports.map(({ key }) => key);
  const fix = removeServiceAnnotations(
    service,
    keys,
    'Restore the health probe (remove the annotation)',
    ['none if the pods respond: backends that fail the probe get no new connections'],
  );
  return {
    subject: serviceSubject(service),
    severity: local ? 'high' : 'medium',
    title: `${name} has no health probe on ${where}`,
    message: `Azure sends new connections to ${where} to every member of the backend pool, ${effect}, because an annotation disables the probe.${parts.length > 0 ? now : ''}`,
    causes: ['no-probe-rule'],
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: ports.map(({ port, protocol, key, probe, lost: part }) => ({
        port,
        protocol,
        annotation: key,
        probeWithoutIt: probe,
        ...(part !== undefined && { lost: part }),
      })),
    },
    fixes: [withOutcome(service, { fix, changes: [withoutAnnotations(...keys)] }, first)],
  };
}
