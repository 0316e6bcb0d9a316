import { configurationsAnnotation, wantedConfigurations } from '../../load-balancing/index.ts';
import {
  compacted,
  listed,
  nearest,
  sameName,
  serviceSubject,
  subjectText,
  type LoadBalancerConfiguration,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { cited, distinct, named } from '../../fixes/text.ts';
import { dropConfigurations } from '../../fixes/configuration-fixes.ts';
import { azureServices } from '../../facts/services.ts';

/** Finds Services whose annotation names load balancer configurations that do not exist. */
export const unknownConfiguration = defineRule(
  {
    id: 'multi-lb/unknown-configuration',
    title: 'Service selects a load balancer configuration that does not exist',
    why: 'If none of the names exists, the Service is no longer reconciled; if only some exist, the others are ignored without an event.',
    remedy: 'Use existing configuration names, or remove the annotation.',
    severity: 'high',
    source: "Azure's cloud provider: multiple Standard load balancers",
  },
  { needs: ['services', 'loadBalancerConfigurations'] },
  ({ services, loadBalancerConfigurations }) => ({
    faults:
      loadBalancerConfigurations.length === 0
        ? []
        : azureServices(services).flatMap((service) => judge(service, loadBalancerConfigurations)),
  }),
);

function judge(
  service: LoadBalancerService,
  configurations: readonly LoadBalancerConfiguration[],
): readonly Fault[] {
  const names = configurations.map(({ name }) => name);
  const wanted = distinct(wantedConfigurations(service.annotations));
  const known = names.filter((name) => wanted.some((each) => sameName(each, name)));
  const unknown = wanted.filter((each) => !names.some((name) => sameName(name, each)));
  // A comma too many names nothing; alone it is a list of names that nobody knows.
  const meant = known.length === 0 ? unknown : unknown.filter((name) => name !== '');
  return meant.length === 0 ? [] : [faultOf(service, { names, known, unknown: meant })];
}

interface ConfigurationNames {
  readonly names: readonly string[];
  readonly known: readonly string[];
  readonly unknown: readonly string[];
}

function faultOf(
  service: LoadBalancerService,
  { names, known, unknown }: ConfigurationNames,
): Fault {
  const subject = subjectText(service);
  const none = known.length === 0;
  const corrected = distinct([...known, ...unknown.flatMap((name) => nearest(name, names) ?? [])]);
  return {
    subject: serviceSubject(service),
    severity: none ? 'high' : 'medium',
    title: none
      ? `${subject} selects ${unknown.length === 1 ? 'a load balancer configuration that does not' : 'load balancer configurations that do not'} exist`
      : `${subject} selects a load balancer configuration that does not exist, in addition to ${listed(known)}`,
    message: `azure-load-balancer-configurations names ${listed(unknown.map(cited))}, which ${unknown.length === 1 ? 'does' : 'do'} not exist; this cluster has ${listed(names)}. ${none ? 'The cloud provider fails with "none of them is defined in cloud provider configuration" and no longer updates the Service: a new one gets no address, new ports and nodes have no effect.' : `The cloud provider silently ignores ${unknown.length === 1 ? 'it' : 'them'}: the Service can only be on ${listed(known)}.`}`,
    causes: [none ? 'no-known-name' : 'some-unknown-names'],
    evidence: { annotation: configurationsAnnotation, unknown, known, configurations: names },
    fixes: compacted([
      corrected.length > 0 &&
        corrected.length !== known.length &&
        setServiceAnnotation(
          service,
          'azure-load-balancer-configurations',
          corrected.join(','),
          `Select ${named('configuration', corrected)}`,
          ['the Service may move to another load balancer, which changes its address'],
        ),
      dropConfigurations(service, 'Remove the annotation (every configuration is eligible)'),
    ]),
  };
}
