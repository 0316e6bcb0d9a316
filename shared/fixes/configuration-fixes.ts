import type { Cluster } from '../facts/index.ts';
import { configurationsAnnotation, type ConfigurationRefusal } from '../load-balancing/index.ts';
import {
  compacted,
  sameName,
  type ConfigurationSelector,
  type LoadBalancerConfiguration,
  type LoadBalancerService,
  type ServiceName,
} from '../model/index.ts';
import { az, clusterArguments, kubectl } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { annotateService, patchService, removeServiceAnnotation } from './service-fixes.ts';
import { addressPins } from './service-spec-fixes.ts';
import { quoted } from './text.ts';

/** Ready-made fixes for configurations of several load balancers; each says what it costs. */

/** The Service no longer names load balancers. */
export function dropConfigurations(service: ServiceName, title: string): Fix {
  return removeServiceAnnotation(service, configurationsAnnotation, title, [
    'the Service can be placed on any eligible load balancer; it stays on its current one',
  ]);
}

/** `az aks loadbalancer VERB … CHANGE`; the command comes with an extension for previews. */
export function configurationStep(
  cluster: Cluster,
  verb: 'add' | 'update' | 'delete' | 'show',
  name: string,
  change = '',
): FixStep {
  const target = clusterArguments(cluster, '--cluster-name');
  return az(`aks loadbalancer ${verb} ${target} -n ${quoted(name)}${change && ` ${change}`}`);
}

/**
 * Nodes go where the configurations want them now.
 * @param names One argument with commas: of several, the command reads the first alone (source: azure-cli-extensions, aks-preview).
 */
export function rebalance(cluster: Cluster, names: readonly string[]): FixStep {
  return az(
    `aks loadbalancer rebalance-nodes ${clusterArguments(cluster, '-n')} --load-balancer-names ${quoted(names.join(','))}`,
  );
}

/** A configuration that takes new Services again. */
export function openConfiguration(cluster: Cluster, name: string): Fix {
  return {
    title: `Allow new Services on configuration ${name}`,
    steps: [configurationStep(cluster, 'update', name, '--allow-service-placement true')],
    price: ['other Services can be placed there too'],
  };
}

/** A configuration with another primary pool: of one that exists, `az` changes all but that. */
export function recreateConfiguration(cluster: Cluster, name: string): Fix {
  return {
    title: `Recreate configuration ${name} with another primary node pool`,
    steps: [
      configurationStep(cluster, 'show', name),
      configurationStep(cluster, 'delete', name),
      configurationStep(cluster, 'add', name, '--primary-agent-pool-name NODE_POOL'),
    ],
    price: [
      'its selectors must be given again',
      'Services on it move, and their addresses change',
      'the nodes of that pool leave their current load balancer, and connections break',
    ],
  };
}

/** One more load balancer, where all are full. */
export function addConfiguration(cluster: Cluster): Fix {
  return {
    title: 'Add a load balancer configuration',
    steps: [configurationStep(cluster, 'add', 'NAME', '--primary-agent-pool-name NODE_POOL')],
    price: ['connections break while nodes move to the new load balancer'],
  };
}

/** The labels that a configuration asks for, on the Service or its Namespace. */
export function labelFor(
  cluster: Cluster,
  configurations: readonly LoadBalancerConfiguration[],
  { namespace, name }: ServiceName,
  { name: wanted, by }: ConfigurationRefusal,
): Fix {
  const configuration = configurations.find((each) => sameName(each.name, wanted));
  const ofService = by === 'labels';
  const selector = ofService
    ? configuration?.serviceLabelSelector
    : configuration?.serviceNamespaceSelector;
  const labels = wantedLabels(selector);
  const whom = ofService
    ? `-n ${quoted(namespace)} label service ${quoted(name)}`
    : `label namespace ${quoted(namespace)}`;
  return {
    title: `Give the ${ofService ? 'Service' : 'Namespace'} the labels that ${wanted} requires`,
    steps: compacted([
      labels === undefined && configurationStep(cluster, 'show', wanted),
      kubectl(`${whom} ${labels?.map(quoted).join(' ') ?? 'KEY=VALUE'} --overwrite`),
    ]),
    price: [
      ofService
        ? 'the Service may match other selectors too'
        : 'the labels apply to every Service in the Namespace',
    ],
  };
}

/** `key=value` of what matches; `undefined` where that is for a person to choose. */
function wantedLabels(selector: ConfigurationSelector | undefined): readonly string[] | undefined {
  if (selector === undefined || selector.matchExpressions.length > 0) return undefined;
  return [...selector.matchLabels].map(([key, value]) => `${key}=${value}`);
}

/** Whatever pins the Service to an address, off it: a command for each. */
export function dropAddress(service: LoadBalancerService): Fix {
  const keys = addressPins.filter((key) => service.annotations.has(key));
  return {
    title: 'Remove the requested address from the Service',
    steps: compacted([
      ...keys.map((key) => annotateService(service, `${key}-`)),
      service.loadBalancerIp !== undefined && patchService(service, { loadBalancerIP: null }),
    ]),
    price: ['the Service gets another address: change DNS and allow lists first'],
  };
}
