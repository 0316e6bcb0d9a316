import { unread } from '../../../shared/model/index.ts';
import {
  clusterIpService,
  gateway,
  namespace,
  service,
  slice,
  workload,
} from '../../builders/index.ts';
import { testForms } from './forms.ts';

const elsewhere = { namespace: 'media', name: 'player' };

testForms([
  {
    form: 'i: Deployments of another cluster',
    given: { deployments: [workload(elsewhere)] },
    slices: ['deployments'],
  },
  {
    form: 'i: Services of another cluster, with and without a load balancer',
    given: {
      services: [service(elsewhere)],
      clusterIpServices: [clusterIpService('api', { namespace: 'media' })],
      endpointSlices: [slice([]), slice([], { service: 'player', namespace: 'shop' })],
      loadBalancers: unread('403'),
    },
    slices: ['endpointSlices', 'services', 'clusterIpServices'],
  },
  {
    form: 'i: a Gateway of another cluster',
    given: { gateways: [gateway({ namespace: 'media' })] },
    slices: ['gateways'],
  },
  {
    form: 'i: Namespaces of another cluster',
    given: { namespaces: [namespace('default'), namespace('kube-system'), namespace('media')] },
    slices: ['namespaces'],
  },
  {
    form: 'i, sound: a namespace was made between two lists, with all that is in it',
    given: {
      services: [service(), service(elsewhere)],
      endpointSlices: [slice([]), slice([], { namespace: 'media', service: 'player' })],
      deployments: [workload(), workload(elsewhere)],
    },
    slices: [],
  },
  {
    form: 'i, sound: it has one object, of three namespaces',
    given: {
      deployments: [workload(), workload({ namespace: 'pay' }), workload(elsewhere)],
      namespaces: ['default', 'kube-system', 'shop', 'pay'].map((name) => namespace(name)),
    },
    slices: [],
  },
  {
    form: 'i, sound: no object stands in a namespace of its own',
    given: {
      deployments: [workload({ namespace: 'kube-system' })],
      namespaces: ['default', 'kube-system', 'shop', 'empty'].map((name) => namespace(name)),
    },
    slices: [],
  },
]);
