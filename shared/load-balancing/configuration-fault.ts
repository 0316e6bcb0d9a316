import { sameName, type LoadBalancerConfiguration } from '../model/index.ts';

/** What the controller refuses at its start, as it words it; `undefined` = the configurations are fine. */
export function configurationFault(
  configurations: readonly LoadBalancerConfiguration[],
  settings: { readonly backendPoolType?: string | undefined; readonly clusterName?: string },
): string | undefined {
  if (sameName(settings.backendPoolType ?? '', 'nodeIPConfiguration'))
    return 'multiple standard load balancers cannot be used with backend pool type nodeIPConfiguration';
  const names = new Set<string>();
  const sets = new Set<string>();
  for (const { name, primaryNodePool = '' } of configurations) {
    if (names.has(name.toLowerCase()))
      return `duplicated multiple standard load balancer configuration name ${name}`;
    names.add(name.toLowerCase());
    if (primaryNodePool === '')
      return `multiple standard load balancer configuration ${name} must have primary VMSet`;
    if (sets.has(primaryNodePool.toLowerCase()))
      return `duplicated primary VMSet ${primaryNodePool} in multiple standard load balancer configurations ${name}`;
    sets.add(primaryNodePool.toLowerCase());
  }
  const { clusterName } = settings;
  if (clusterName !== undefined && !names.has(clusterName.toLowerCase()))
    return `multiple standard load balancers are enabled but no configuration named "${clusterName}" is found`;
  return undefined;
}
