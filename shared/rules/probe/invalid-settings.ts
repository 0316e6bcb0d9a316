import { annotationPrefix } from '../../load-balancing/index.ts';
import {
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type ServicePort,
} from '../../model/index.ts';
import { defineRule, portEvidence, type Fault } from '../rule.ts';
import { removeServiceAnnotations } from '../../fixes/service-fixes.ts';
import { cited } from '../../fixes/text.ts';
import {
  askedProbe,
  askedProbes,
  without,
  type AskedPort,
  type AskingService,
} from '../../facts/asked-probes.ts';

/** Finds probe settings that the cloud provider refuses, and with them the whole Service. */
export const invalidSettings = defineRule(
  {
    id: 'probe/invalid-settings',
    title: 'Health probe settings are invalid',
    why: 'One invalid value makes the whole reconcile fail: new ports, nodes and addresses no longer reach Azure.',
    remedy:
      'Use integers: interval at least 5, num-of-probe at least 2, and their product below 120.',
    severity: 'high',
    source: "Azure's cloud provider: custom health probes",
  },
  { needs: ['services', 'loadBalancers', askedProbes] },
  ({ askedProbes: { services, unknown } }) => ({ faults: services.flatMap(faultsOf), unknown }),
);

interface RefusedPort {
  readonly port: ServicePort;
  readonly error: string;
}

function faultsOf(asking: AskingService): readonly Fault[] {
  const refused = asking.ports.flatMap(({ port, asked }: AskedPort): readonly RefusedPort[] =>
    asked.kind === 'error' ? [{ port, error: asked.error }] : [],
  );
  const [first] = refused;
  return first === undefined ? [] : [faultOf(asking, refused, first)];
}

function faultOf(
  asking: AskingService,
  refused: readonly RefusedPort[],
  first: RefusedPort,
): Fault {
  const { service } = asking;
  const name = subjectText(service);
  const keys = [...new Set(refused.flatMap(({ port }) => keysAtFault(asking, port)))];
  return {
    subject: serviceSubject(service),
    title: `Health probe settings of ${name} are invalid`,
    message: `The cloud provider fails with ${cited(first.error)} and no longer updates ${name}: changes to ports, nodes and addresses do not reach Azure. Affected settings: ${listed(keys.map((key) => `${nameOf(key)}=${cited(service.annotations.get(key) ?? '')}`))}.`,
    causes: ['invalid-probe-settings'],
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: refused.map(({ port, error }) => ({ ...portEvidence(port), error })),
      annotations: keys.map((key) => ({
        annotation: key,
        value: service.annotations.get(key) ?? '',
      })),
    },
    fixes: [
      removeServiceAnnotations(
        service,
        keys,
        'Use the defaults (interval 5 seconds, 2 failures, the Service’s own port)',
        ['failures may be detected earlier or later than intended'],
      ),
    ],
  };
}

function nameOf(key: string): string {
  return key.slice(annotationPrefix.length);
}

/** The fewest settings without which the port's probe is not refused: one, else all of the probe. */
function keysAtFault(asking: AskingService, port: ServicePort): readonly string[] {
  const keys = probeSettingsOf(asking.service);
  const accepted = (removed: readonly string[]): boolean =>
    askedProbe(port, without(asking.service, removed), asking.settings).kind !== 'error';
  const single = keys.find((key) => accepted([key]));
  return single === undefined ? keys : [single];
}

const timing = /health-probe[_-](?:interval|num-of-probe|port)$/u;

function probeSettingsOf({ annotations }: LoadBalancerService): readonly string[] {
  return [...annotations.keys()].filter((key) => timing.test(key)).toSorted();
}
