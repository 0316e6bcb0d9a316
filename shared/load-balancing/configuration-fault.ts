import { sameName, selectorFault, type LoadBalancerConfiguration } from '../model/index.ts';

export interface ConfigurationFault {
  /** Of the configuration that is wrong, or that is not there; `undefined` = all of them. */
  readonly configuration: string | undefined;
  readonly code:
    | 'pools-by-nic'
    | 'duplicate-name'
    | 'no-primary-pool'
    | 'duplicate-primary-pool'
    | 'missing-cluster-configuration'
    | 'bad-selector';
  /** As the controller words it. */
  readonly text: string;
}

export interface ConfigurationSettings {
  readonly backendPoolType?: string | undefined;
  /** A configuration of this name is required. */
  readonly clusterName?: string;
}

/**
 * Everything that is wrong with the configurations (source: cloud-provider-azure), in the order in which the
 * controller would meet it. A selector that nobody can use stops it later, at every reconcile.
 */
export function configurationFaults(
  configurations: readonly LoadBalancerConfiguration[],
  { backendPoolType = '', clusterName }: ConfigurationSettings,
): readonly ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  if (sameName(backendPoolType, 'nodeIPConfiguration'))
    faults.push({
      configuration: undefined,
      code: 'pools-by-nic',
      text: 'multiple standard load balancers cannot be used with backend pool type nodeIPConfiguration',
    });
  const names = new Set<string>();
  const sets = new Set<string>();
  for (const { name, primaryNodePool = '' } of configurations) {
    const add = (code: ConfigurationFault['code'], text: string): void => {
      faults.push({ configuration: name, code, text });
    };
    if (names.has(name.toLowerCase()))
      add(
        'duplicate-name',
        `duplicated multiple standard load balancer configuration name ${name}`,
      );
    if (primaryNodePool === '')
      add(
        'no-primary-pool',
        `multiple standard load balancer configuration ${name} must have primary VMSet`,
      );
    else if (sets.has(primaryNodePool.toLowerCase()))
      add(
        'duplicate-primary-pool',
        `duplicated primary VMSet ${primaryNodePool} in multiple standard load balancer configurations ${name}`,
      );
    names.add(name.toLowerCase());
    sets.add(primaryNodePool.toLowerCase());
  }
  if (clusterName !== undefined && !names.has(clusterName.toLowerCase()))
    faults.push({
      configuration: clusterName,
      code: 'missing-cluster-configuration',
      text: `multiple standard load balancers are enabled but no configuration named "${clusterName}" is found`,
    });
  return [...faults, ...configurations.flatMap(badSelectors)];
}

function badSelectors(configuration: LoadBalancerConfiguration): readonly ConfigurationFault[] {
  return (['nodeSelector', 'serviceLabelSelector', 'serviceNamespaceSelector'] as const).flatMap(
    (field) => {
      const selector = configuration[field];
      const fault = selector === undefined ? undefined : selectorFault(selector);
      return fault === undefined
        ? []
        : [{ configuration: configuration.name, code: 'bad-selector', text: `${field}: ${fault}` }];
    },
  );
}
