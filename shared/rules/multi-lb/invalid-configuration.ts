import { lacking, sameName, valueOr, type LoadBalancerConfiguration } from '../../model/index.ts';
import {
  aksClusterName,
  configurationFaults,
  type ConfigurationFault,
} from '../../load-balancing/index.ts';
import { unjudged, type Cluster } from '../../facts/index.ts';
import { setPoolType } from '../../fixes/cluster-fixes.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { itemized } from '../../fixes/text.ts';
import { configurationStep, recreateConfiguration } from '../../fixes/configuration-fixes.ts';

/** Finds configurations with which the controller does not start, or fails at every reconcile. */
export const invalidConfiguration = defineRule(
  {
    id: 'multi-lb/invalid-configuration',
    title: 'Load balancer configuration is invalid',
    why: 'The cloud controller manager does not start, or fails at every reconcile: no Service or backend pool of the cluster is updated.',
    remedy: 'Correct the configuration.',
    severity: 'high',
    source: "Azure's cloud provider: validation of multiple Standard load balancers",
  },
  { needs: ['loadBalancerConfigurations'], helps: ['managedCluster'] },
  ({ loadBalancerConfigurations, managedCluster, cluster }) => {
    if (loadBalancerConfigurations.length === 0) return { faults: [] };
    const backendPoolType = valueOr(managedCluster, undefined)?.backendPoolType;
    const faults = configurationFaults(loadBalancerConfigurations, {
      backendPoolType,
      clusterName: aksClusterName,
    });
    const bySubject = Map.groupBy(faults, ({ configuration = aksClusterName }) =>
      configuration.toLowerCase(),
    );
    return {
      faults: [...bySubject.values()].map((each) =>
        faultOf(each, loadBalancerConfigurations, cluster),
      ),
      unknown:
        backendPoolType === undefined
          ? unjudged(
              [{ name: aksClusterName }],
              managedCluster.kind === 'unread'
                ? lacking('managedCluster', managedCluster)
                : { why: 'ARM does not return the backend pool type' },
            )
          : [],
    };
  },
);

function faultOf(
  faults: readonly ConfigurationFault[],
  configurations: readonly LoadBalancerConfiguration[],
  cluster: Cluster,
): Fault {
  const name = faults[0]?.configuration ?? aksClusterName;
  const codes = [...new Set(faults.map(({ code }) => code))].toSorted();
  const own = configurations.find((each) => sameName(each.name, name));
  return {
    subject: { kind: 'LoadBalancerConfiguration', name },
    title:
      own === undefined
        ? `Required load balancer configuration ${name} is missing`
        : `Load balancer configuration ${name} is invalid`,
    message: `Error of the cloud controller manager: ${itemized(faults.map(({ text }) => text))}. ${codes.every((code) => code === 'bad-selector') ? 'Every reconcile that evaluates the selector fails' : 'It does not start, or fails at every reconcile'}: Services, backend pools and probes of the cluster are no longer updated.`,
    causes: codes,
    evidence: {
      faults: faults.map(({ text }) => text),
      configurations: configurations.map((each) => ({
        name: each.name,
        primaryNodePool: each.primaryNodePool ?? 'none',
      })),
    },
    fixes: codes.map((code) => fixOf(code, name, cluster)),
  };
}

function fixOf(code: ConfigurationFault['code'], name: string, cluster: Cluster): Fix {
  switch (code) {
    case 'pools-by-nic':
      return setPoolType(
        cluster,
        'nodeIP',
        'Switch to IP-based pools (required for multiple load balancers)',
      );
    case 'missing-cluster-configuration':
      return {
        title: `Add configuration ${name}`,
        steps: [configurationStep(cluster, 'add', name, '--primary-agent-pool-name NODE_POOL')],
        price: ['connections break while nodes move between load balancers'],
      };
    case 'duplicate-name':
      return {
        title: `Delete the second configuration ${name}`,
        steps: [configurationStep(cluster, 'delete', name)],
        price: ['Services on its load balancer move, and their addresses change'],
      };
    case 'no-primary-pool':
    case 'duplicate-primary-pool':
      return recreateConfiguration(cluster, name);
    case 'bad-selector':
      return {
        title: `Correct the selectors of ${name}`,
        steps: [
          configurationStep(
            cluster,
            'update',
            name,
            '--service-label-selector KEY=VALUE --service-namespace-selector KEY=VALUE --node-selector KEY=VALUE',
          ),
        ],
        price: ['Services and nodes that no longer match move to another load balancer'],
      };
  }
}
