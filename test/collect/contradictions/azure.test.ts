import { armId, type LoadBalancer, type PublicIpAddress } from '../../../shared/model/index.ts';
import {
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  nodeGroup,
  service,
  slice,
  staleMember,
  subscription,
  vmMember,
  vmNode,
} from '../../builders/index.ts';
import { system, testForms, user } from './forms.ts';

const machine = vmNode('vm-0');

const addressId = armId(
  `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/publicIPAddresses/kubernetes-a1`,
);

function address(name: string): PublicIpAddress {
  return {
    id: armId(addressId.replace('kubernetes-a1', name)),
    name,
    resourceGroup: nodeGroup.toLowerCase(),
    sku: 'standard',
    zones: [],
    tags: new Map(),
  } as unknown as PublicIpAddress;
}

/** The load balancer with a public frontend. */
function publicFrontend(): LoadBalancer {
  const balancer = loadBalancer({ members: [nicMember(system), nicMember(user)] });
  return {
    ...balancer,
    frontends: balancer.frontends.map((each) => ({ ...each, publicIpId: addressId })),
  };
}

const groupId = addressId.replace('/publicIPAddresses/kubernetes-a1'.toLowerCase(), '');

function balancerId(name: string, group: string = nodeGroup): string {
  return `${groupId.replace(nodeGroup.toLowerCase(), group)}/loadBalancers/${name}`;
}

/** A public address of a frontend. */
function attached(balancer: string, group?: string): PublicIpAddress {
  const frontend = armId(`${balancerId(balancer, group)}/frontendIPConfigurations/f`);
  return { ...address('kubernetes-a1'), ipConfigurationId: frontend };
}

testForms([
  {
    form: 'a, sound: somebody deleted the internal load balancer, whose address a Service has',
    given: {
      services: [
        service(),
        service({
          name: 'inner',
          annotations: new Map([
            ['service.beta.kubernetes.io/azure-load-balancer-internal', 'true'],
          ]),
          ingressIps: ['10.224.0.9'],
        }),
      ],
      endpointSlices: [slice([]), slice([], { service: 'inner' })],
    },
    slices: [],
  },
  {
    form: 'a: a Service has an address, and there is no load balancer',
    given: { loadBalancers: [] },
    slices: ['loadBalancers'],
  },
  {
    form: 'a, sound: no Service has one, and traffic leaves another way',
    given: {
      loadBalancers: [],
      services: [service({ ingressIps: [] })],
      managedCluster: managedCluster({ outboundType: 'userDefinedRouting' }),
    },
    slices: [],
  },
  {
    form: 'a: an address is attached to a load balancer that is not listed',
    given: {
      loadBalancers: [],
      services: [service({ ingressIps: [] })],
      managedCluster: managedCluster({ outboundType: 'userDefinedRouting' }),
      publicIpAddresses: [attached('kubernetes')],
    },
    slices: ['loadBalancers'],
  },
  {
    form: 'a: it is not listed beside one that is',
    given: { publicIpAddresses: [attached('kubernetes-2')] },
    slices: ['loadBalancers'],
  },
  {
    form: 'a: a network interface is in a pool of a load balancer that is not listed',
    given: {
      nodes: [system, user, node('user-1'), machine],
      networkInterfaces: [
        {
          ...nicOf(machine),
          ipConfigurations: nicOf(machine).ipConfigurations.map((each) => ({
            ...each,
            backendPoolIds: [armId(`${balancerId('kubernetes-internal')}/backendAddressPools/k`)],
          })),
        },
      ],
    },
    slices: ['loadBalancers'],
  },
  {
    form: 'a, sound: it is attached to one that is listed, and another to a NAT gateway',
    given: {
      publicIpAddresses: [
        attached('kubernetes'),
        { ...address('nat'), ipConfigurationId: armId(`${groupId}/natGateways/n/ips/i`) },
      ],
    },
    slices: [],
  },
  {
    form: 'a, sound: it is attached to a load balancer of another group',
    given: { publicIpAddresses: [attached('own', 'network')] },
    slices: [],
  },
  {
    form: 'c: a member whose network interface is not listed',
    given: {
      nodes: [system, user, node('user-1'), machine],
      loadBalancers: [loadBalancer({ members: [nicMember(system), vmMember(machine)] })],
      networkInterfaces: [],
    },
    slices: ['networkInterfaces'],
  },
  {
    form: 'c, sound: the interface is listed',
    given: {
      nodes: [system, user, node('user-1'), machine],
      loadBalancers: [loadBalancer({ members: [nicMember(system), vmMember(machine)] })],
      networkInterfaces: [nicOf(machine)],
    },
    slices: [],
  },
  {
    form: 'c, sound: one scale set instance is left over among nodes',
    given: { loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })] },
    slices: [],
  },
  {
    form: 'c: no member at all is a node',
    given: { loadBalancers: [loadBalancer({ members: [staleMember(98), staleMember(99)] })] },
    slices: ['nodes'],
  },
  {
    form: 'c: no address of the pool is that of a node',
    given: { loadBalancers: [loadBalancer({ members: [ipMember(node('gone-7'))] })] },
    slices: ['nodes'],
  },
  {
    form: 'g: the address of a frontend is not listed',
    given: { loadBalancers: [publicFrontend()], publicIpAddresses: [address('other')] },
    slices: ['publicIpAddresses'],
  },
  {
    form: 'g, sound: it is listed',
    given: { loadBalancers: [publicFrontend()], publicIpAddresses: [address('kubernetes-a1')] },
    slices: [],
  },
]);
