import { machineIdOf, type ClusterTopology } from '../load-balancing/index.ts';
import { armIdParts, type Node } from '../model/index.ts';
import { az, kubectl } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** The pools of another load balancer, by id, off a node's NIC. */
export function detachNic(node: Node, poolIds: readonly string[], topology: ClusterTopology): Fix {
  const steps = topology.interfacesOf(node).flatMap((nic) =>
    nic.ipConfigurations.flatMap((configuration) =>
      configuration.backendPoolIds
        .filter((id) => poolIds.includes(id))
        .map((id) => {
          const group = quoted(nic.resourceGroup);
          const name = quoted(armIdParts(configuration.id).name);
          return az(
            `network nic ip-config address-pool remove -g ${group} --nic-name ${quoted(nic.name)} --ip-config-name ${name} --address-pool ${quoted(id)}`,
          );
        }),
    ),
  );
  return {
    title: 'Remove the NIC from the other load balancer',
    steps: steps.length > 0 ? steps : scaleSetSteps(node),
    price: [
      'the other load balancer loses this backend',
      'the node joins at the next reconcile of a Service',
    ],
  };
}

/** A scale set's model keeps putting its NICs back: the pool must go out of the model. */
function scaleSetSteps({ name, providerId }: Node): readonly FixStep[] {
  const machine = machineIdOf(providerId);
  if (machine?.kind !== 'scale-set-instance') return [kubectl(`describe node ${quoted(name)}`)];
  const at = `-g ${quoted(machine.resourceGroup)} -n ${quoted(machine.scaleSet)}`;
  const list =
    'virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0].loadBalancerBackendAddressPools';
  return [
    az(`vmss show ${at} --query ${quoted(`${list}[].id`)}`),
    az(`vmss update ${at} --remove ${quoted(list)} INDEX_OF_THE_POOL`),
    az(`vmss update-instances ${at} --instance-ids ${quoted(machine.instance)}`),
  ];
}
